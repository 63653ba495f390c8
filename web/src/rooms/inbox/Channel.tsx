// Channel -- by which way a conversation came: a picture with its word.
import { Mail, MessageCircle, Phone, Plug, Video, type LucideIcon } from "lucide-react";
import type { CapacityClass } from "../../gen/enums.ts";
import { wordOf } from "../../words/words.ts";

const ICONS: Record<CapacityClass, LucideIcon> = {
  email: Mail,
  chat: MessageCircle,
  voice: Phone,
  video: Video,
  api: Plug,
};

export function Channel({ by }: { by: CapacityClass }) {
  const Icon = ICONS[by] ?? Plug;
  return (
    <span className="ek-mark">
      <Icon className="ek-icon" aria-hidden />
      {wordOf("inbox", `channel_${by}`)}
    </span>
  );
}
