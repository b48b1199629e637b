// « Reporter dans… » and « Fusionner »: which zone of which canvas, and the text of a merged note.

import { MOST_CHARS } from "../board/actions";
import { mergedText } from "../model/decided";
import { canvasOf } from "../model/harvest";
import type { Canvas } from "../model/page";
import { openForm } from "../ui/form-dialog";
import { t, tn, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { carry, merge, type Source } from "./carry";
import type { TrayState } from "./state";
import { canvasName, short, sourceName, zoneName } from "./words";

/** Where each goes by itself. */
const EACH = "each";

interface Choice {
  element: HTMLElement;
  first: HTMLElement;
  value(): string;
}

/** Proposed zones as radio buttons, all others in a list. */
function zoneChoice(
  state: TrayState,
  sources: readonly Source[],
  canvases: readonly Canvas[],
  each: boolean,
): Choice {
  const { app } = state;
  const proposed = [...new Set(sources.flatMap(({ to }) => to))].filter((one) =>
    canvases.includes(canvasOf(one)),
  );
  const name = `zone-${Math.random().toString(36).slice(2, 8)}`;
  const radios: HTMLInputElement[] = [];
  const radio = (value: string, words: string, hint = "") => {
    const box = make("input", {
      type: "radio",
      name,
      value,
      disabled: value.includes(".") && !state.mayCarry(value),
    });
    radios.push(box);
    return make(
      "label",
      { class: "zonechoice" },
      box,
      make("span", {}, words, make("small", { class: "soft" }, hint)),
    );
  };
  const several = canvases.length > 1;
  const offersEach = each && sources.length > 1 && proposed.length > 1;
  const rows = [
    ...(offersEach ? [radio(EACH, t("Chacune dans la zone proposée pour elle"))] : []),
    ...proposed.map((address) =>
      radio(address, zoneName(app, address), several ? canvasName(canvasOf(address)) : ""),
    ),
  ];
  const other = radio("other", t("Une autre zone"));
  const otherBox = radios.at(-1) as HTMLInputElement;
  const list = make("select", { class: "input", "aria-label": t("Une autre zone") });
  for (const canvas of canvases) {
    const zones = [...(app.templateOf(canvas)?.zones ?? [])].sort((a, b) => a.n - b.n);
    list.append(
      make(
        "optgroup",
        { label: canvasName(canvas) },
        ...zones.map((zone) =>
          make(
            "option",
            { value: `${canvas}.${zone.id}`, disabled: !state.mayCarry(`${canvas}.${zone.id}`) },
            typo(zone.title),
          ),
        ),
      ),
    );
  }
  list.addEventListener("change", () => {
    otherBox.checked = true;
  });
  const first = radios.find((box) => !box.disabled) ?? otherBox;
  first.checked = true;
  const value = () => {
    const chosen = radios.find((box) => box.checked)?.value ?? "";
    return chosen === "other" ? list.value : chosen;
  };
  const element = make(
    "fieldset",
    { class: "zonechoices" },
    make("legend", {}, t("Zone du canevas")),
    ...rows,
    other,
    list,
  );
  return { element, first, value };
}

/** Does what was asked for; the tray shows meanwhile that it is on its way. */
type Run = (sources: readonly Source[], address: string | null, work: () => Promise<unknown>) => void;
const atOnce: Run = (_sources, _address, work) => void work();

/** Ask where to carry notes. */
export function openCarry(
  state: TrayState,
  sources: readonly Source[],
  canvases: readonly Canvas[] = state.canvases,
  run: Run = atOnce,
): void {
  const { app } = state;
  if (sources.length === 0) return;
  for (const canvas of canvases) app.enter(app.roomOf(canvas));
  const choice = zoneChoice(state, sources, canvases, canvases.length === 1);
  const told = make("p", { class: "soft", role: "status" });
  const before = () => {
    const address = choice.value();
    const decided = address === EACH ? new Map() : state.decided(canvasOf(address));
    return sources.some(({ key }) => (decided.get(key)?.notes.length ?? 0) > 0);
  };
  openForm({
    title: tn("Reporter la note dans…", "Reporter {n} notes dans…", sources.length),
    body: [
      ...sources
        .slice(0, 3)
        .map(({ text }) => make("p", { class: "soft" }, `« ${short(text || t("Note vide"))} »`)),
      ...(sources.length > 3
        ? [make("p", { class: "soft" }, tn("et {n} autre", "et {n} autres", sources.length - 3))]
        : []),
      choice.element,
      told,
    ],
    stay: t("Laisser ici"),
    act: t("Reporter"),
    focus: choice.first,
    ready: () => {
      told.textContent = before() ? t("Déjà reportée sur ce canevas : elle y sera une fois de plus.") : "";
      share(state, sources, choice.value());
      return choice.value() !== "";
    },
    done: () => {
      const address = choice.value();
      const each = address === EACH;
      const again = before();
      const canvas = each ? (canvases[0] as Canvas) : canvasOf(address);
      const where = { canvas, address: each ? null : address, ...(again && { again }) };
      run(sources, where.address, () => carry(app, sources, where));
    },
  }).addEventListener("close", () => state.share(null));
}

/** Compare notes and make one of them. */
export function openMerge(
  state: TrayState,
  sources: readonly Source[],
  canvas: Canvas,
  run: Run = atOnce,
  other?: { label: string; done: () => void },
): void {
  const { app } = state;
  const choice = zoneChoice(state, sources, [canvas], false);
  const boxes = new Map<HTMLInputElement, Source>();
  const lines = sources.map((source) => {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    boxes.set(box, source);
    const from = `${sourceName(app, source)} · ${app.authorName(source.by)}`;
    return make(
      "label",
      { class: "mergeline" },
      box,
      make("span", {}, source.text || t("Note vide"), make("small", { class: "soft" }, from)),
    );
  });
  const text = make("textarea", { class: "input", rows: 5, id: "merge-text" });
  const told = make("p", { class: "soft", role: "status" });
  const chosen = () => [...boxes].filter(([box]) => box.checked).map(([, source]) => source);
  /** Until somebody writes in it, the text is that of the notes. */
  let own = false;
  text.addEventListener("input", () => {
    own = true;
  });
  const ready = () => {
    if (!own) text.value = mergedText(chosen(), state.harvest(canvas)?.alike ?? []);
    const count = chosen().length;
    const length = [...text.value.trim()].length;
    told.textContent =
      length > MOST_CHARS
        ? t("Ce texte a {n} caractères : mille au plus.", { n: length })
        : count > 1
          ? tn("{n} note deviendra une seule note.", "{n} notes deviendront une seule note.", count)
          : t("Choisissez au moins deux notes.");
    share(state, chosen(), choice.value());
    return count > 1 && length > 0 && length <= MOST_CHARS && choice.value() !== "";
  };
  openForm({
    title: t("Fusionner en une seule note"),
    body: [
      make(
        "p",
        { class: "soft" },
        t("La note réunie garde la trace de chacune. Les fiches ne changent pas."),
      ),
      make("div", { class: "mergelist", role: "group", "aria-label": t("Notes à réunir") }, ...lines),
      make("label", { class: "field", for: text.id }, make("span", {}, t("Texte de la note réunie")), text),
      choice.element,
      told,
    ],
    stay: t("Laisser séparées"),
    act: t("Fusionner"),
    ...(other && { other }),
    wide: true,
    ready,
    focus: text,
    done: () => {
      const [all, address, words] = [chosen(), choice.value(), text.value.trim()];
      run(all, address, () => merge(app, all, address, words));
    },
  }).addEventListener("close", () => state.share(null));
}

function share(state: TrayState, sources: readonly Source[], address: string): void {
  state.share(
    sources.map(({ key }) => key),
    address.includes(".") ? address : null,
  );
}
