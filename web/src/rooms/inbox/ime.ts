// ime -- the key that sends, made safe for composition (Korean and others): an Enter during
// composition waits for compositionend and then sends the whole text, once. Neither half a
// syllable nor a second press: some browsers report that Enter again after the composition, or
// insert its line; both are swallowed.
import { useEffect, useRef, type RefObject } from "react";

const ECHO_MS = 120;

interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

export function isSendKey(event: Pressed, enterSends: boolean): boolean {
  const isEnter = event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter";
  return isEnter && (event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey));
}

export function useSendKey(
  field: RefObject<HTMLTextAreaElement | null>,
  enterSends: boolean,
  send: (text: string) => void,
) {
  const isWanted = useRef(false);
  const echoUntil = useRef(0);
  useEffect(() => {
    const at = field.current;
    const hear = (event: InputEvent) => {
      const isLine = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
      const isEcho = isWanted.current || performance.now() < echoUntil.current;
      if (isLine && isEcho) event.preventDefault();
    };
    at?.addEventListener("beforeinput", hear);
    return () => at?.removeEventListener("beforeinput", hear);
  }, [field]);
  return {
    onKeyDown: (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
      const pressed = event.nativeEvent;
      if (!isSendKey(pressed, enterSends)) {
        isWanted.current = false;
        return;
      }
      if (pressed.isComposing || pressed.keyCode === 229) {
        isWanted.current = true;
        return;
      }
      event.preventDefault();
      if (pressed.repeat || isWanted.current || performance.now() < echoUntil.current) return;
      send(event.currentTarget.value);
    },
    onCompositionEnd: (event: React.CompositionEvent<HTMLTextAreaElement>) => {
      if (!isWanted.current) return;
      const at = event.currentTarget;
      // The field holds the last syllable only after this event.
      setTimeout(() => {
        isWanted.current = false;
        echoUntil.current = performance.now() + ECHO_MS;
        send(at.value);
      }, 0);
    },
  };
}
