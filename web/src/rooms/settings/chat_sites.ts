// chat_sites -- what people write for a web site ("www.example.org/shop/"), as the origins that the
// server keeps. What cannot be one is sent as it stands, for the server to say so.

// localhost and addresses of one's own network rarely have certificates.
const isHome = (text: string) => /^(localhost|127\.|\[::1\])/.test(text);

function originOf(text: string): string {
  const address = text.includes("://") ? text : `${isHome(text) ? "http" : "https"}://${text}`;
  try {
    const { origin } = new URL(address);
    return origin === "null" ? text : origin;
  } catch {
    return text;
  }
}

// One in a line, or with commas between; each once.
export function readSites(text: string): string[] {
  const found = text.split(/[\s,]+/).filter((each) => each !== "");
  return [...new Set(found.map(originOf))];
}
