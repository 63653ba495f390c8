// guest -- the language of who is not signed in: what the browser asked for, until they choose
// another, which this browser then keeps. Who is signed in gets their own from the server.
import { currentManners, pageLanguage, speak, type Language } from "./words.ts";

const KEPT = "evenkeel-language";
export const LANGUAGES: readonly { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "ko", name: "한국어" },
  { id: "ar", name: "العربية" },
];

function show(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage is shut: the page's own language it is
  }
}

// Before anything is drawn.
export function guestLanguage(): Language {
  const found = LANGUAGES.find(({ id }) => id === kept())?.id ?? pageLanguage();
  show(found);
  return found;
}

// Speaks another language from now on; what was typed stays.
export async function speakAsGuest(language: Language): Promise<void> {
  await speak({ ...currentManners(), language, locale: language });
  show(language);
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // It then holds for this page.
  }
}
