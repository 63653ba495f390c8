// bridge -- what the host's page and the frame say to each other. Each side says to whom it speaks
// (exactly one origin), and hears that one window at that one origin only. Nothing that opens a
// conversation passes here: the visitor's secret stays in the frame.

export type ToFrame =
  // identity: the host's signed word on who this is; page: where they are, without its query.
  | { readonly kind: "hello"; readonly identity: string | null; readonly page: string }
  | { readonly kind: "shown" }
  | { readonly kind: "hidden" }
  // Tab has run out of the frame while it covers the page.
  | { readonly kind: "focus"; readonly at: "first" | "last" };

export type FromFrame =
  | { readonly kind: "ready" }
  | { readonly kind: "close" }
  | { readonly kind: "unread"; readonly count: number }
  // There is a conversation: the frame is wanted on the next page at once, for what comes in.
  | { readonly kind: "talks" };

interface Sealed {
  readonly evenkeel: ToFrame | FromFrame;
}

export function post(to: Window, origin: string, message: ToFrame | FromFrame): void {
  to.postMessage({ evenkeel: message } satisfies Sealed, origin);
}

// Hears `from` at `origin`, and nobody else.
export function hear<M extends ToFrame | FromFrame>(
  from: () => Window | null,
  origin: string,
  work: (message: M) => void,
): void {
  addEventListener("message", (event: MessageEvent) => {
    if (event.origin !== origin || event.source === null || event.source !== from()) return;
    const said = (event.data as Sealed | null)?.evenkeel;
    if (said !== undefined) work(said as M);
  });
}
