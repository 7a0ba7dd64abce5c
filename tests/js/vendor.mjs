// Writes the modules of web/vendor, which pages import, from the pinned packages: Preact with its hooks and htm, and dagre.

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const names = "Fragment, createContext, h, render";
const hooks = "useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState";

/** Each module's packages, and what of them it exports. */
const MODULES = {
    "preact.js": {
        packages: ["preact", "htm"],
        source: `
            import htm from "htm";
            import { ${names} } from "preact";
            export { ${names} } from "preact";
            export { ${hooks} } from "preact/hooks";
            export const html = htm.bind(h);
        `,
    },
    "dagre.js": {
        packages: ["@dagrejs/dagre", "@dagrejs/graphlib"],
        source: `export { Graph, layout } from "@dagrejs/dagre";`,
    },
};

/** A module's text, with who wrote it and under which licences before it. */
async function vendored({ packages, source }) {
    const { outputFiles } = await build({
        stdin: { contents: source, resolveDir: import.meta.dirname },
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        write: false,
        legalComments: "none",
    });
    const versions = await Promise.all(
        packages.map(async (name) => {
            const described = JSON.parse(
                await readFile(`${import.meta.dirname}/node_modules/${name}/package.json`, "utf8"),
            );
            return `${name} ${described.version} (${described.license})`;
        }),
    );
    return `// Written by \`make vendor\`: ${versions.join(", ")}\n${outputFiles[0].text}`;
}

for (const [name, module] of Object.entries(MODULES)) {
    const place = `${import.meta.dirname}/../../web/vendor/${name}`;
    const text = await vendored(module);
    if (!process.argv.includes("--check")) {
        await writeFile(place, text);
    } else if ((await readFile(place, "utf8").catch(() => "")) !== text) {
        console.error(`web/vendor/${name} is stale: make vendor`);
        process.exitCode = 1;
    }
}
