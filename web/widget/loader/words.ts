// words -- the few that the button needs, in all three languages.
import type { Catalogue } from "../words/say.ts";
import type { Language } from "../words/languages.ts";
import ar from "#words/loader/ar.ts";
import en from "#words/loader/en.ts";
import ko from "#words/loader/ko.ts";

export const CATALOGUES: Record<Language, Catalogue> = { en, ko, ar };
