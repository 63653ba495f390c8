// places -- every screen: where it is, who may open it, and the room behind it, which is loaded
// when it is first gone to. Someone who may not open a screen does not see its entry.
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import {
  Activity,
  BookOpen,
  ChartLine,
  CircleHelp,
  ContactRound,
  FileChartColumn,
  Gauge,
  History,
  Inbox,
  ListOrdered,
  MessageSquareHeart,
  MessageSquareQuote,
  Settings,
  SlidersHorizontal,
  Target,
  Users,
  Waypoints,
  type LucideIcon,
} from "lucide-react";
import { may, me } from "../feed/session.ts";
import type { WordKey } from "../words/words.ts";

export interface Place {
  id: string;
  path: string; // the first segment; what stands behind it is the room's own
  title: WordKey & `places.${string}`;
  icon: LucideIcon | null; // null: not in the menu
  keys: string | null; // the letter after g
  isOpenTo: () => boolean;
  room: LazyExoticComponent<ComponentType>;
}

const hasRole = (...roles: string[]) =>
  (me().roles as readonly string[]).some((role) => roles.includes(role));
const leads = () => hasRole("lead") || me().teams.some((team) => team.leads);
const serves = () => me().teams.some((team) => team.level !== null || team.leads || team.manages);

const PLACES: readonly Place[] = [
  {
    id: "inbox",
    path: "/inbox",
    title: "places.inbox",
    icon: Inbox,
    keys: "i",
    isOpenTo: serves,
    room: lazy(() => import("../rooms/inbox/InboxRoom.tsx")),
  },
  {
    id: "me",
    path: "/me",
    title: "places.me",
    icon: Gauge,
    keys: "m",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/me/MeRoom.tsx")),
  },
  {
    id: "queue",
    path: "/queue",
    title: "places.queue",
    icon: ListOrdered,
    keys: "q",
    isOpenTo: () => may("queue_read"),
    room: lazy(() => import("../rooms/queue/QueueRoom.tsx")),
  },
  {
    id: "live",
    path: "/live",
    title: "places.live",
    icon: Activity,
    keys: "l",
    isOpenTo: () => leads() || hasRole("manager"),
    room: lazy(() => import("../rooms/live/LiveRoom.tsx")),
  },
  {
    id: "contacts",
    path: "/contacts",
    title: "places.contacts",
    icon: ContactRound,
    keys: "k",
    isOpenTo: () => may("contact_timeline_read"),
    room: lazy(() => import("../rooms/contacts/ContactsRoom.tsx")),
  },
  {
    id: "trends",
    path: "/trends",
    title: "places.trends",
    icon: ChartLine,
    keys: "r",
    isOpenTo: () => may("figures_team"),
    room: lazy(() => import("../rooms/trends/TrendsRoom.tsx")),
  },
  {
    id: "team",
    path: "/team",
    title: "places.team",
    icon: null,
    keys: null,
    isOpenTo: () => may("figures_team"),
    room: lazy(() => import("../rooms/team/TeamRoom.tsx")),
  },
  {
    id: "targets",
    path: "/targets",
    title: "places.targets",
    icon: Target,
    keys: "o",
    isOpenTo: () => may("target_read"),
    room: lazy(() => import("../rooms/targets/TargetsRoom.tsx")),
  },
  {
    id: "ready",
    path: "/ready",
    title: "places.ready",
    icon: MessageSquareQuote,
    keys: "y",
    isOpenTo: () => may("ready_read"),
    room: lazy(() => import("../rooms/ready/ReadyRoom.tsx")),
  },
  {
    id: "workflows",
    path: "/workflows",
    title: "places.workflows",
    icon: Waypoints,
    keys: "w",
    isOpenTo: () => may("workflow_read"),
    room: lazy(() => import("../rooms/workflows/WorkflowsRoom.tsx")),
  },
  {
    id: "surveys",
    path: "/surveys",
    title: "places.surveys",
    icon: MessageSquareHeart,
    keys: "u",
    isOpenTo: () => may("survey_read"),
    room: lazy(() => import("../rooms/surveys/SurveysRoom.tsx")),
  },
  {
    id: "knowledge",
    path: "/knowledge",
    title: "places.knowledge",
    icon: BookOpen,
    keys: "k",
    isOpenTo: () => may("article_read"),
    room: lazy(() => import("../rooms/knowledge/KnowledgeRoom.tsx")),
  },
  {
    id: "reports",
    path: "/reports",
    title: "places.reports",
    icon: FileChartColumn,
    keys: "e",
    isOpenTo: () => may("figures_team", "report_rows", "report_read"),
    room: lazy(() => import("../rooms/reports/ReportsRoom.tsx")),
  },
  {
    id: "teammates",
    path: "/teammates",
    title: "places.teammates",
    icon: Users,
    keys: "t",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/teammates/TeammatesRoom.tsx")),
  },
  {
    id: "priorities",
    path: "/priorities",
    title: "places.priorities",
    icon: SlidersHorizontal,
    keys: "p",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/priorities/PrioritiesRoom.tsx")),
  },
  {
    id: "changes",
    path: "/changes",
    title: "places.changes",
    icon: History,
    keys: "c",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/changes/ChangesRoom.tsx")),
  },
  {
    id: "settings",
    path: "/settings",
    title: "places.settings",
    icon: Settings,
    keys: "s",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/settings/SettingsRoom.tsx")),
  },
  {
    id: "start",
    path: "/start",
    title: "places.start",
    icon: null,
    keys: null,
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/start/StartRoom.tsx")),
  },
  {
    id: "help",
    path: "/help",
    title: "places.help",
    icon: CircleHelp,
    keys: "h",
    isOpenTo: () => true,
    room: lazy(() => import("../rooms/help/HelpRoom.tsx")),
  },
];

export function placesFor(): readonly Place[] {
  return PLACES.filter((place) => place.isOpenTo());
}
