import { describe, expect, it } from "vitest";
import { clampScroll, fitScale, groundOf, heightScale, pointAt, scrollFor, seen } from "../src/model/camera";

const page = { width: 1123, height: 794 };
const window = { width: 1200, height: 800 };
const margins = { x: 28, top: 16, bottom: 84 };

describe("looking at a page through a window", () => {
  it("fits the whole page beside its margins, and nothing is left to scroll", () => {
    for (const size of [window, { width: 390, height: 717 }, { width: 700, height: 2000 }]) {
      const scale = fitScale(page, size, margins);
      expect(page.width * scale).toBeLessThanOrEqual(size.width - 2 * margins.x + 0.01);
      expect(page.height * scale).toBeLessThanOrEqual(size.height - margins.top - margins.bottom + 0.01);
      expect(groundOf(page, size, margins, scale)).toMatchObject(size);
    }
    expect(heightScale(page, window, margins)).toBeCloseTo(700 / 794);
  });

  it("puts a point of the page under a point of the window, whatever the scale, unless an edge is reached", () => {
    const point = { x: 600, y: 400 };
    const at = { x: 500, y: 300 };
    for (const scale of [1.5, 2, 3.3, 4]) {
      const ground = groundOf(page, window, margins, scale);
      const scroll = scrollFor(ground, window, scale, point, at);
      const back = pointAt(ground, scroll, scale, at);
      expect(back.x).toBeCloseTo(point.x);
      expect(back.y).toBeCloseTo(point.y);
    }
    const ground = groundOf(page, window, margins, 2);
    expect(scrollFor(ground, window, 2, { x: 0, y: 0 }, at)).toEqual({ x: 0, y: 0 });
    expect(clampScroll(ground, window, { x: 9e9, y: 9e9 })).toEqual({
      x: ground.width - window.width,
      y: ground.height - window.height,
    });
  });

  it("says which part of the page is seen", () => {
    const ground = groundOf(page, window, margins, 2);
    const part = seen(ground, window, { x: ground.left, y: ground.top }, 2);
    expect(part).toEqual({ left: 0, top: 0, width: 600, height: 400 });
  });
});
