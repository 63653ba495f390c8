// make -- elements, made by the document's own calls: no markup is ever read, so that neither a
// host's policy nor ours (Trusted Types) has anything to refuse.

type Given = Record<string, string | boolean | ((event: Event) => void)>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Given = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  talk: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 5 5l-8 8a1.700 1.700 0 0 1-2.500-2.500l7-7",
  send: "M4 12l16-8-6 16-3-7z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
} as const;

// A picture beside words: readers of the screen do not hear it.
export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function button(
  words: string,
  picture: SVGSVGElement | null,
  press: () => void,
  name = "",
): HTMLButtonElement {
  const shown = picture === null ? words : picture;
  const label: Given = picture === null ? {} : { "aria-label": words, title: words };
  return make("button", { type: "button", class: name, click: press, ...label }, shown);
}
