// The types of preact.js, for `make types`. Its names are those that tests/js/vendor.mjs exports.

import type { VNode } from "preact";

export { createContext, Fragment, h, render } from "preact";
export {
    useCallback,
    useContext,
    useEffect,
    useId,
    useLayoutEffect,
    useMemo,
    useReducer,
    useRef,
    useState,
} from "preact/hooks";

export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
