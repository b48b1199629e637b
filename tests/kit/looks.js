// What tests/browser/test_looks.py asks of a page. In every page as window.looks.

/** Whether a control that looks small takes what is pressed beside it too. */
function reaches(target, least) {
  target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const { left, top, width, height } = target.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const steps = Array.from({ length: 2 * least }, (_, at) => at - least);
  const long = (points) => points.filter(([x, y]) => target.contains(document.elementFromPoint(x, y))).length;
  const wide = Math.max(width, long(steps.map((step) => [x + step, y])));
  const high = Math.max(height, long(steps.map((step) => [x, y + step])));
  return wide >= least - 1 && high >= least - 1;
}

globalThis.looks = {
  shifts: [],

  /** Elements that take time to change. */
  moving() {
    const still = /^(0s(, )?)+$|^auto$/;
    return [...document.querySelectorAll("*")].flatMap((element) =>
      [null, "::before", "::after"].flatMap((part) => {
        const { transitionDuration, transitionDelay, animationDuration } = getComputedStyle(element, part);
        const times = [transitionDuration, transitionDelay, animationDuration];
        if (times.every((time) => still.test(time))) return [];
        return [`${element.outerHTML.slice(0, 100)} ${part ?? ""} ${times}`];
      }),
    );
  },

  /** Controls smaller than so many pixels. A field is as large as its label; links in a sentence as their line. */
  small(least, elsewhere) {
    const controls =
      "a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button], [role=tab]";
    return [...document.querySelectorAll(controls)].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true })) return [];
      if (getComputedStyle(element).display === "inline" || (elsewhere && element.closest(elsewhere))) return [];
      const target = element.matches("input") ? (element.closest("label") ?? element) : element;
      const { width, height } = target.getBoundingClientRect();
      if (width <= 1 || (width >= least - 0.5 && height >= least - 0.5)) return [];
      if (reaches(target, least)) return [];
      return [`${element.outerHTML.slice(0, 110)} is ${Math.round(width)} × ${Math.round(height)}`];
    });
  },

  /** Controls that cannot be brought into view, or lie under something there. */
  unreachable(elsewhere) {
    const controls = "a[href], button:not([disabled]), summary, select, textarea, input:not([type=hidden])";
    const out = [];
    for (const element of document.querySelectorAll(controls)) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(".skip")) continue;
      if (elsewhere && element.closest(elsewhere)) continue;
      const box = element.matches("input[type=radio], input[type=checkbox]");
      const target = box ? (element.closest("label") ?? element) : element;
      if (target.getBoundingClientRect().width <= 1) continue;
      target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
      // a link in a sentence may be in two pieces
      const [{ left, top, width, height }] = target.getClientRects();
      const [x, y] = [left + width / 2, top + Math.min(height / 2, innerHeight / 3)];
      const there = document.elementFromPoint(x, y);
      const itself = there && (target.contains(there) || there.closest("label, button, a")?.contains(target));
      const place = `${Math.round(x)},${Math.round(y)}`;
      if (!itself) out.push(`${target.outerHTML.slice(0, 110)} at ${place} under ${there?.outerHTML.slice(0, 70)}`);
    }
    scrollTo(0, 0);
    return out;
  },

  /** Texts that a box cuts off. What scrolls is not cut. */
  cut(allowed) {
    const hides = (value) => value === "hidden" || value === "clip";
    return [...document.querySelectorAll("body *")].flatMap((element) => {
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!text || element.closest(allowed) || !element.checkVisibility({ visibilityProperty: true })) return [];
      const inner = element.getBoundingClientRect();
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        const { overflowX, overflowY, clipPath, position } = getComputedStyle(box);
        const outer = box.getBoundingClientRect();
        if (clipPath !== "none" || outer.width <= 1) return []; // for screen readers
        const self = box === element;
        const wide = self ? element.scrollWidth - element.clientWidth : inner.right - outer.right;
        const high = self ? element.scrollHeight - element.clientHeight : inner.bottom - outer.bottom;
        if (hides(overflowX) && wide > 2) return [`${element.outerHTML.slice(0, 110)}: ${Math.round(wide)} px to the side`];
        if (hides(overflowY) && high > 2) return [`${element.outerHTML.slice(0, 110)}: ${Math.round(high)} px below`];
        if (/auto|scroll/.test(overflowX + overflowY) || position === "fixed") return [];
      }
      return [];
    });
  },

  /** Where the focus is, whether a ring shows it and whether anything of it can be seen. */
  focus() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const ringed = [element, element.closest(".input, .note, label")].some((one) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [x, y]));
    const seen = points.some(([x, y]) => {
      const there = document.elementFromPoint(left + width * x, top + height * y);
      return there && (element.contains(there) || there.closest("label")?.contains(element));
    });
    return { what: element.outerHTML.slice(0, 120), ringed, seen };
  },

  tooWide() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : [];
  },
};

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map(({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? "").slice(0, 90));
    globalThis.looks.shifts.push([entry.value, ...moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
