// arrive -- where the focus goes after a key that leads to another screen: to its heading. A screen
// may be loaded late: its heading takes the focus when it is there.
let isAwaited = false;

// Called before going there. isHere: the screen stands already.
export function awaitHeading(isHere: boolean): void {
  isAwaited = !isHere;
  if (isHere) document.querySelector<HTMLElement>("#room h1")?.focus();
}

export function arriveAt(heading: HTMLElement | null): void {
  if (!isAwaited || heading === null) return;
  isAwaited = false;
  heading.focus();
}
