// QrCode -- a text as a picture that a telephone reads.
import { qrOf } from "./qr.ts";

const QUIET = 4; // modules around it that stay light, as the standard wants

export function QrCode({ text, label }: { text: string; label: string }) {
  const grid = qrOf(text);
  if (grid === null) return null;
  const size = grid.length + 2 * QUIET;
  const path = grid
    .flatMap((row, y) =>
      row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")),
    )
    .join("");
  return (
    <svg className="ek-settings-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
