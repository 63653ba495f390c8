// host_site -- a web site of somebody else's, into whose pages the chat widget is put: on a port of
// its own, under two names (127.0.0.1: the same site as the server's, another origin; localhost:
// another site), with a strict policy, and with styles that would spoil whatever they reach.
import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";

const SPOILS = `
* { color: red !important; font: 40px/3 serif !important; animation: none !important; }
button, iframe, div { display: none !important; position: static !important; margin: 90px; }
evenkeel-chat { display: none; position: absolute; opacity: 1; }
body { max-inline-size: 40rem; }
`;

interface Shown {
  readonly language: string;
  readonly spoils: boolean;
}

export class HostSite {
  /** Into each page, just before </body>. */
  tag = "";
  /** The server whose scripts and frames its policy allows. */
  server = "";
  private readonly http: Http;

  constructor() {
    this.http = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://host");
      const isSheet = url.pathname === "/host.css";
      response.writeHead(200, {
        "Content-Type": isSheet ? "text/css" : "text/html; charset=utf-8",
        "Content-Security-Policy":
          `default-src 'none'; script-src ${this.server}; frame-src ${this.server}; ` +
          "style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
          "require-trusted-types-for 'script'",
      });
      const language = url.searchParams.get("lang") ?? "en";
      const spoils = url.searchParams.has("spoils");
      response.end(isSheet ? SPOILS : this.page({ language, spoils }));
    });
  }

  private page({ language, spoils }: Shown): string {
    const dir = language === "ar" ? "rtl" : "ltr";
    return `<!doctype html><html lang="${language}" dir="${dir}"><head><title>Harbour Books</title>
<link rel="icon" href="data:,"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1">
${spoils ? '<link rel="stylesheet" href="/host.css">' : ""}</head>
<body><main><h1>Harbour Books</h1><p>Used books, sent from the harbour.</p>
<p><a href="/?next">Next page</a></p></main>${this.tag}</body></html>`;
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.http.listen(0, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  at(name: "127.0.0.1" | "localhost"): string {
    return `http://${name}:${(this.http.address() as AddressInfo).port}`;
  }
}
