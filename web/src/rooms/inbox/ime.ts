// ime -- the key that sends, made safe for composition (Korean and others): an Enter during
// composition waits for compositionend and then sends the whole text, once. Neither half a
// syllable nor a second press: some browsers report that Enter again after the composition, or
// insert its line; both are swallowed. Such an echo comes while the key is still down: what is
// pressed after that, however soon, is meant.
import { useEffect, useRef, type RefObject } from "react";

const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta"];

interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

interface Sending {
  isWanted: boolean; // the key came during composition
  isDue: boolean; // the composition ended, and the text is on its way
  isDown: boolean; // the Enter that was taken is not yet released
  isEcho: boolean; // another Enter is that same one
}

function isEnter(event: Pressed): boolean {
  return event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter";
}

function isSendKey(event: Pressed, enterSends: boolean): boolean {
  return isEnter(event) && (event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey));
}

function onLine(event: InputEvent, now: Sending): void {
  const isLine = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
  if (isLine && (now.isWanted || now.isDue || now.isEcho)) event.preventDefault();
}

// True: the text is to be sent.
function onKey(pressed: KeyboardEvent, enterSends: boolean, now: Sending): boolean {
  if (!isEnter(pressed)) {
    if (!MODIFIERS.includes(pressed.key)) now.isWanted = now.isEcho = now.isDown = false;
    return false;
  }
  if (!isSendKey(pressed, enterSends)) return false;
  if (pressed.isComposing || pressed.keyCode === 229) {
    now.isWanted = now.isDown = true;
    return false;
  }
  pressed.preventDefault();
  return !(pressed.repeat || now.isWanted || now.isDue || now.isEcho);
}

export function useSendKey(
  field: RefObject<HTMLTextAreaElement | null>,
  enterSends: boolean,
  send: (text: string) => void,
) {
  const now = useRef<Sending>({ isWanted: false, isDue: false, isDown: false, isEcho: false });
  useEffect(() => {
    const at = field.current;
    const hear = (event: InputEvent) => onLine(event, now.current);
    at?.addEventListener("beforeinput", hear);
    return () => at?.removeEventListener("beforeinput", hear);
  }, [field]);
  return {
    onKeyDown: (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
      if (onKey(event.nativeEvent, enterSends, now.current)) send(event.currentTarget.value);
    },
    onKeyUp: (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
      if (isEnter(event.nativeEvent)) now.current.isEcho = now.current.isDown = false;
    },
    onCompositionEnd: (event: React.CompositionEvent<HTMLTextAreaElement>) => {
      if (!now.current.isWanted) return;
      const at = event.currentTarget;
      now.current = { ...now.current, isWanted: false, isDue: true, isEcho: now.current.isDown };
      // The field holds the last syllable only after this event.
      setTimeout(() => {
        now.current.isDue = false;
        send(at.value);
      }, 0);
    },
  };
}
