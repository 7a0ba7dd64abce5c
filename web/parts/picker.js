// Choosing a day and a time: the week's days, the times of one of them, the zone, and why there is nothing.

import { readOpen } from "../api.js";
import { zoneOfPlace } from "../catalogue.js";
import { locale } from "../locale.js";
import { DAYS, firstFree, slotsOf, Weeks, whyNone, windowOf } from "../slots.js";
import { addDays, dayIn, dayLabel, fullDayLabel, placeOf, spanLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { DayList, whyText } from "./day-list.js";
import { Heading } from "./heading.js";
import { useEffect, useRef, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";
import { TimeList } from "./time-list.js";
import { Waiting } from "./waiting.js";
import { Zone } from "./zone.js";

/** What was asked for, by all pickers of the site. */
export const weeks = new Weeks((path) => readOpen(path));

/**
 * @typedef {{ from: string, isWish: boolean }} Wanted
 *
 * @param {object} given
 * @param {string} given.service
 * @param {string | null} given.therapist null: anyone
 * @param {import("../catalogue.js").Therapist[]} given.therapists who gives the service
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} given.zone the reader's
 * @param {string | null} [given.chosen] the start that is chosen already
 * @param {(slot: import("../slots.js").Slot) => void} given.onChoose
 * @param {any} [given.children] what else there is to do where no time suits
 */
export function Picker({ service, therapist, therapists, practice, zone, chosen = null, onChoose, children }) {
    const question = { service, therapist, zone };
    const today = dayIn(new Date(), zone);
    const [wanted, setWanted] = useState(
        /** @type {Wanted} */ ({ from: chosen ? windowOf(today, dayIn(chosen, zone)) : today, isWish: !chosen }),
    );
    const latest = useRef(wanted);
    const [day, setDay] = useState(/** @type {string | null} */ (chosen && dayIn(chosen, zone)));
    const [week, setWeek] = useState(/** @type {import("../slots.js").Week | undefined} */ (undefined));
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const [said, setSaid] = useState("");
    const [isGoal, setIsGoal] = useState(false); // a day was chosen by a press: its times are where the content went
    const { from } = wanted;

    /** @param {Wanted} next at once: an answer that comes before it is drawn is late */
    const want = (next) => {
        latest.current = next;
        setWanted(next);
    };

    useEffect(() => {
        let isOver = false;
        const isLate = () => isOver || latest.current !== wanted;
        setError(null);
        setWeek(weeks.peek(question, from));
        const asked = wanted.isWish
            ? weeks.first(question, from)
            : weeks.of(question, from).then((found) => ({ from, week: found }));
        asked.then(
            (found) => {
                if (isLate()) return;
                if (found.from !== from) {
                    setSaid(t("firstFreeIs", { day: fullDayLabel(firstFree(found.week) ?? found.from, locale()) }));
                }
                if (wanted.isWish) want({ from: found.from, isWish: false });
                setWeek(found.week);
                setDay((/** @type {string | null} */ before) =>
                    found.week.days.some((each) => each.day === before && each.free) ? before : firstFree(found.week),
                );
            },
            (problem) => isLate() || setError(problem),
        );
        return () => {
            isOver = true;
        };
    }, [service, therapist, zone, wanted]);

    // Another zone keeps the instant, and says which day it is there: what began on Thursday evening may be Friday's.
    const shown = week?.days.find((/** @type {import("../slots.js").FreeDay} */ each) => each.day === day);
    const slots = shown ? slotsOf(shown) : [];
    const anchor = chosen && dayIn(chosen, zone) === day ? chosen : slots[0]?.starts_at;
    const before = useRef({ zone, anchor, day });
    useEffect(() => {
        const { zone: zoneBefore, anchor: anchorBefore, day: dayBefore } = before.current;
        if (zoneBefore !== zone && anchorBefore && !wanted.isWish) {
            const now = dayIn(anchorBefore, zone);
            setIsGoal(false);
            want({ from: windowOf(today, now), isWish: false });
            setDay(now);
            setSaid(
                t(now === dayBefore ? "sameDayThere" : "otherDayThere", {
                    day: dayLabel(now, locale()),
                    place: placeOf(zone),
                }),
            );
        }
    }, [zone]);
    useEffect(() => {
        before.current = { zone, anchor: anchor ?? before.current.anchor, day: day ?? before.current.day };
    });

    /** @param {string} next @param {boolean} [isWish] the first free day from there on is looked for */
    const goTo = (next, isWish = false) => {
        want({ from: next, isWish });
        setDay(null);
        setIsGoal(false);
        setSaid(t("weekShown", { span: spanLabel(next, addDays(next, DAYS - 1), locale()) }));
    };
    /** @param {Event & { currentTarget: HTMLInputElement }} event */
    const goFrom = ({ currentTarget: { value, validity } }) => {
        if (!value || !validity.valid) return; // half typed, or over
        goTo(value, true);
    };
    const nextFree = week?.next_free && dayIn(week.next_free, zone);

    return html`
        <div class="picker">
            <${Zone} zone=${zone} practice=${practice} />
            <p role="status" class="said">${said}</p>
            <div class="weeks">
                <h3>${spanLabel(from, addDays(from, DAYS - 1), locale())}</h3>
                <button type="button" class="button second" aria-disabled=${from <= today}
                    onClick=${() => from > today && goTo(windowOf(today, addDays(from, -DAYS)))}>
                    ${t("earlierWeek")}
                </button>
                <button type="button" class="button second" onClick=${() => goTo(addDays(from, DAYS))}>${t("laterWeek")}</button>
                <label class="from-date"><span>${t("fromDate")}</span> <input type="date" min=${today} onChange=${goFrom} /></label>
            </div>
            ${!week && !error && html`<${Waiting} what=${t("lookingForTimes")} />`}
            ${error && html`<${ProblemNotice} error=${error} missing="serviceGone" onAgain=${() => want({ ...wanted })} />`}
            ${
                week &&
                !firstFree(week) &&
                html`
                <div class="nothing" role="status">
                    <p><strong>${t("nothingFree")}</strong> ${whyText(whyNone(week))}.</p>
                    ${
                        nextFree
                            ? html`
                            <button type="button" class="button" onClick=${() => {
                                goTo(windowOf(today, nextFree));
                                setIsGoal(true); // the button goes, and the times come
                            }}>
                                ${t("toNextFree", { day: dayLabel(nextFree, locale()) })}
                            </button>`
                            : html`<p>${t("nothingFreeAtAll")}</p>`
                    }
                ${children}
                </div>`
            }
            ${
                week &&
                html`
                <${DayList} days=${week.days} chosen=${day} onChoose=${(/** @type {string} */ next) => {
                    setDay(next);
                    setIsGoal(true);
                    setSaid("");
                }} />`
            }
            ${
                shown &&
                slots.length > 0 &&
                html`
                <section class="times-of-day" key=${shown.day}>
                    <${Heading} level=${3} isGoal=${isGoal}>${t("timesOn", { day: dayLabel(shown.day, locale()) })}<//>
                    <${TimeList} slots=${slots} zone=${zone} chosen=${chosen} onChoose=${onChoose}
                        zoneOfPlace=${(/** @type {import("../slots.js").Slot} */ slot) =>
                            zoneOfPlace(
                                therapists.filter((each) => slot.therapists.includes(each.id)),
                                practice,
                            )} />
                </section>`
            }
            ${(!week || firstFree(week)) && children}
        </div>`;
}
