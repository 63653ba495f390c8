// ContactTimeline -- everything with a contact in the order of time, the latest first:
// conversations on every channel, surveys sent and answered, notes, merges. What the reader may
// not see is not there. Short beside a conversation, whole on the contact's page.
import type { ReactNode } from "react";
import {
  CircleHelp,
  Mail,
  Merge,
  MessageCircle,
  Phone,
  Plug,
  Split,
  Star,
  StickyNote,
  Video,
  type LucideIcon,
} from "lucide-react";
import { Link } from "react-aria-components";
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { call, type Query, type Received, type Refusal } from "../feed/http.ts";
import type { ContactId } from "../gen/ids.ts";
import type { TimelineItem } from "../gen/shapes.ts";
import { formatNumber } from "../words/format.ts";
import { t, wordOf } from "../words/words.ts";
import { Button } from "./Button.tsx";
import { Name } from "./Name.tsx";
import { Fault, Loading } from "./states.tsx";
import { When } from "./time.tsx";
import "./contact.css";

export type TimelineKind = TimelineItem["kind"];

const CHANNELS: Record<string, LucideIcon> = {
  email: Mail,
  chat: MessageCircle,
  voice: Phone,
  video: Video,
  api: Plug,
};
const KINDS: Record<TimelineKind, LucideIcon> = {
  conversation: MessageCircle,
  survey_sent: CircleHelp,
  survey_answered: Star,
  note: StickyNote,
  merged: Merge,
  unmerged: Split,
};

function iconOf({ kind, channel }: TimelineItem): LucideIcon {
  return (kind === "conversation" ? CHANNELS[channel ?? ""] : undefined) ?? KINDS[kind];
}

function Head({ item, here }: { item: TimelineItem; here: string | null }) {
  const name = <bdi>{item.title ?? t("contacts.untitled")}</bdi>;
  if (item.kind === "conversation" && item.conversation !== null)
    return item.conversation === here ? (
      <span>
        {name} <span className="ek-quiet">{t("contacts.this_one")}</span>
      </span>
    ) : (
      <Link href={`/inbox/all/${item.conversation}`}>{name}</Link>
    );
  if (item.kind === "note") return <p dir="auto">{item.text}</p>;
  if (item.kind === "survey_answered")
    return (
      <span>
        {t("contacts.survey_answered", {
          form: wordOf("surveys", `form_${item.form}`),
          score: formatNumber(item.score ?? 0),
        })}
      </span>
    );
  if (item.kind === "survey_sent")
    return (
      <span>{t("contacts.survey_sent", { form: wordOf("surveys", `form_${item.form}`) })}</span>
    );
  return <span>{t(item.kind === "unmerged" ? "contacts.unmerged" : "contacts.merged")}</span>;
}

function Meta({ item }: { item: TimelineItem }) {
  const isTalk = item.kind === "conversation";
  const isOurs = item.kind === "note" || item.kind === "merged" || item.kind === "unmerged";
  return (
    <span className="ek-contact-meta ek-small ek-quiet">
      {isTalk && item.channel !== null && <span>{wordOf("inbox", `channel_${item.channel}`)}</span>}
      {isTalk && item.state !== null && <span>{wordOf("inbox", `state_${item.state}`)}</span>}
      {isTalk && item.team !== null && <Name id={item.team} />}
      {(isTalk || isOurs) && item.teammate !== null && <Name id={item.teammate} />}
      <When at={item.at} />
    </span>
  );
}

export function useTimeline(id: ContactId, kinds: readonly TimelineKind[], limit: number) {
  const query: Query<"get_contact_timeline"> = {
    limit,
    ...(kinds.length === 0 ? {} : { kind: [...kinds] }),
  };
  return useInfiniteQuery<
    Received<"get_contact_timeline">,
    Refusal,
    InfiniteData<Received<"get_contact_timeline">>,
    readonly unknown[],
    string
  >({
    queryKey: ["get_contact_timeline", { id }, query, "pages"],
    queryFn: ({ pageParam, signal }) =>
      call("get_contact_timeline", {
        params: { id },
        query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.answer.page.next_cursor ?? undefined,
    refetchInterval: 30_000,
  });
}

// here: the conversation that is read, which is no link. more: what can be done about an entry.
// A short one ends after a page, and its caller shows the way to the whole.
export function ContactTimeline({
  id,
  kinds = [],
  limit,
  here = null,
  isShort = false,
  more,
}: {
  id: ContactId;
  kinds?: readonly TimelineKind[];
  limit: number;
  here?: string | null;
  isShort?: boolean;
  more?: (item: TimelineItem, all: readonly TimelineItem[]) => ReactNode;
}) {
  const found = useTimeline(id, kinds, limit);
  const items = found.data?.pages.flatMap((page) => page.answer.data) ?? [];
  if (found.data === undefined)
    return found.error === null ? <Loading /> : <Fault error={found.error} />;
  if (items.length === 0) return <p className="ek-quiet">{t("contacts.nothing_yet")}</p>;
  return (
    <>
      <ol className="ek-contact-time">
        {items.map((item) => {
          const Icon = iconOf(item);
          return (
            <li key={item.id} className="ek-contact-item">
              <Icon className="ek-icon" aria-hidden />
              <span className="ek-contact-what">
                <Head item={item} here={here} />
                <Meta item={item} />
                {more?.(item, items)}
              </span>
            </li>
          );
        })}
      </ol>
      {found.hasNextPage && !isShort && (
        <div>
          <Button isDisabled={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}
