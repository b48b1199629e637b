// Styles of an element inside a lit template, set one by one: the content policy forbids style attributes.

import { noChange } from "lit";
import { Directive, type DirectiveResult, directive, type ElementPart } from "lit/directive.js";

class Styled extends Directive {
  render(_styles: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Readonly<Record<string, string>>]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(styles))
      if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
    return noChange;
  }
}

export const styled: (styles: Readonly<Record<string, string>>) => DirectiveResult = directive(Styled);
