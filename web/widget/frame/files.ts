// files -- what was sent beside words. A file is fetched with the visitor's secret, so that its
// address alone opens nothing.
import { button, icon, make } from "../parts/make.ts";
import type { FileOf } from "../wire/shapes.ts";
import type { Api } from "./api.ts";
import { saySize, t } from "./words.ts";

const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

async function fetchUrl(api: Api, file: FileOf): Promise<string> {
  const response = await api.send("GET", `/files/${encodeURIComponent(file.id)}`);
  return URL.createObjectURL(await response.blob());
}

async function save(api: Api, file: FileOf): Promise<void> {
  const href = await fetchUrl(api, file);
  make("a", { href, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

function showPicture(api: Api, file: FileOf): HTMLElement {
  const picture = make("img", { alt: file.name });
  fetchUrl(api, file).then(
    (url) => {
      picture.src = url;
    },
    () => picture.remove(), // its name stands below, and opens it
  );
  return picture;
}

export function showFile(api: Api, file: FileOf): HTMLElement {
  const words = t("talk.file", { name: file.name, size: saySize(file.size) });
  const press = () => void save(api, file).catch(() => undefined);
  const link = button(words, null, press, "file");
  link.prepend(icon("file"));
  return make("div", {}, ...(PICTURES.includes(file.type) ? [showPicture(api, file)] : []), link);
}
