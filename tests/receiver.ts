// receiver -- another system that takes webhooks, and checks each by the standard's own text:
// HMAC-SHA-256 over "id.timestamp.body" with the base64 of the secret, nothing of ours.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server as Http } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";

export interface Came {
  readonly path: string;
  readonly id: string;
  readonly at: number;
  readonly signatures: readonly string[];
  readonly text: string;
  readonly body: any; // eslint-disable-line -- another system's view of ours
  readonly headers: IncomingMessage["headers"];
}

/** "v1,..." as the standard makes it. */
export function signature(secret: string, id: string, at: number | string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return "v1," + createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
}

export function isSigned(secret: string, came: Came): boolean {
  const wanted = Buffer.from(signature(secret, came.id, came.at, came.text));
  return came.signatures.some((one) => {
    const given = Buffer.from(one);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

export class Receiver {
  readonly came: Came[] = [];
  /** What is answered from now on: a status, or where to look instead. */
  answer: (came: Came) => number | { to: string } = () => 204;
  private readonly http: Http;

  constructor(tls?: { key: string; cert: string }) {
    const take = (request: IncomingMessage, done: (status: number, to?: string) => void) => {
      let text = "";
      request.setEncoding("utf8").on("data", (more: string) => { text += more; });
      request.on("end", () => {
        const came: Came = {
          path: request.url ?? "", text, headers: request.headers,
          id: String(request.headers["webhook-id"] ?? ""),
          at: Number(request.headers["webhook-timestamp"] ?? 0),
          signatures: String(request.headers["webhook-signature"] ?? "").split(" "),
          body: text === "" ? null : JSON.parse(text),
        };
        this.came.push(came);
        const answer = this.answer(came);
        if (typeof answer === "number") done(answer);
        else done(302, answer.to);
      });
    };
    const listen = (request: IncomingMessage, response: any) =>
      take(request, (status, to) => {
        response.writeHead(status, to === undefined ? {} : { Location: to });
        response.end(status === 204 ? undefined : `status ${status}`);
      });
    this.http = tls === undefined ? createServer(listen) : createSecure(tls, listen);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
  }

  get port(): number { return (this.http.address() as AddressInfo).port; }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

/** Until it is so, or the time is up. */
export async function until(what: string, is: () => boolean | Promise<boolean>,
  atMost = 20_000): Promise<void> {
  const end = Date.now() + atMost;
  while (!await is()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
