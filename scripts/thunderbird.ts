// thunderbird -- one quarter of Thunderbird's support forum, as a drive file.
//
// usage: thunderbird [OUT [QUESTIONS.csv ANSWERS.csv]]
//
// Who asks is a contact, and whoever ever answered somebody else's question a teammate; fifteen
// people are both. A topic is a team; a teammate is primary in those topics in which they ever
// answered, and active from the start, as nothing tells when they were there. A question is a
// conversation, a reply by its asker a message of the contact, any other reply a message of the
// teammate who really wrote it, whomever the router gave the conversation to. Spam counts as a
// message, as it does in the forum's own numbers. Nothing in the data closes a question.
import { instant, inOrder, runConverter, type DriveLine } from "./lib/drive.ts";
import { countBy, groupBy } from "./lib/figures.ts";
import { dataFile } from "./lib/root.ts";
import { parseTable } from "./lib/table.ts";

// High enough that the quarter's 2,210 questions find room, low enough to be met by the busiest.
const LIMIT = 50;
const SET = "02-thunderbird-support-2023q2";

const QUESTION = ["id", "created", "topic", "locale", "creator"] as const;
const ANSWER = ["id", "question_id", "created", "creator", "is_spam"] as const;

interface Question {
  readonly ref: string;
  readonly atMs: number;
  readonly topic: string;
  readonly locale: string;
  readonly asker: string;
}

interface Reply {
  readonly question: Question;
  readonly atMs: number;
  readonly author: string;
  readonly byAsker: boolean;
  readonly spam: boolean;
}

/** "2023-03-31 22:14:15 -0700" to an instant. */
function instantOf(text: string): number {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(text);
  if (found === null) throw new Error(`${text} is not of the form 2023-03-31 22:14:15 -0700`);
  return Date.parse(`${found[1]}T${found[2]}${found[3]}:${found[4]}`);
}

/** One person asks under one name and answers under another: contacts and teammates differ. */
function contactOf(person: string): string {
  return person.replace(/^person-/, "asker-");
}

function readQuestions(text: string): Map<string, Question> {
  const rows = parseTable(text, ",", QUESTION);
  return new Map(rows.map((row) => [row.id, {
    ref: `q${row.id}`,
    atMs: instantOf(row.created),
    topic: row.topic,
    locale: row.locale,
    asker: row.creator,
  }]));
}

function readReplies(text: string, questions: ReadonlyMap<string, Question>): Reply[] {
  return parseTable(text, ",", ANSWER).map((row) => {
    const question = questions.get(row.question_id);
    if (question === undefined)
      throw new Error(`answer ${row.id}: there is no question ${row.question_id}`);
    return {
      question,
      atMs: instantOf(row.created),
      author: row.creator,
      byAsker: row.creator === question.asker,
      spam: row.is_spam === "true",
    };
  });
}

function conversation(question: Question): DriveLine {
  const at = instant(question.atMs);
  return {
    at,
    cmd: "conversation.create",
    ref: question.ref,
    contact: contactOf(question.asker),
    channel: "api",
    team: question.topic,
    priority: 0,
    waiting_since: at,
    attributes: { locale: question.locale },
  };
}

function message(reply: Reply): DriveLine {
  const line = { at: instant(reply.atMs), conversation: reply.question.ref };
  return reply.byAsker
    ? { ...line, cmd: "contact.message" }
    : { ...line, cmd: "teammate.message", author: reply.author };
}

function setUp(questions: readonly Question[], given: readonly Reply[]): DriveLine[] {
  const at = instant(Math.min(...questions.map((question) => question.atMs)));
  const topics = Object.entries(countBy(questions, (question) => question.topic));
  const locales = Object.keys(countBy(questions, (question) => question.locale)).sort();
  const people = [...groupBy(given, (reply) => reply.author)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    {
      at,
      cmd: "settings.change",
      scope: "workspace",
      set: { attribute_orders: { locale: locales } },
    },
    // No topic goes before another: among teams of one rank the oldest question leads.
    ...topics.map(([ref]): DriveLine => (
      { at, cmd: "team.create", ref, method: "balanced", rank: 1 }
    )),
    ...people.map(([ref, replies]): DriveLine => ({
      at,
      cmd: "teammate.create",
      ref,
      primary: [...new Set(replies.map((reply) => reply.question.topic))].sort(),
      secondary: [],
      limit: LIMIT,
    })),
    ...people.map(([teammate]): DriveLine => (
      { at, cmd: "presence.set", teammate, presence: "active" }
    )),
  ];
}

function day(line: DriveLine): string {
  return line.at.slice(0, 10);
}

function convert([asked = "", answered = ""]: string[]): { lines: DriveLine[]; counts: object } {
  const byId = readQuestions(asked);
  const questions = [...byId.values()];
  const replies = readReplies(answered, byId);
  const given = replies.filter((reply) => !reply.byAsker);
  const conversations = questions.map(conversation);
  const messages = replies.map(message);
  return {
    lines: inOrder([...setUp(questions, given), ...conversations, ...messages]),
    counts: {
      conversations: conversations.length,
      messages: messages.length,
      by_contacts: replies.length - given.length,
      by_teammates: given.length,
      spam: replies.filter((reply) => reply.spam).length,
      teammates: new Set(given.map((reply) => reply.author)).size,
      people: new Set([...questions.map((q) => q.asker), ...replies.map((r) => r.author)]).size,
      conversations_by_day: countBy(inOrder(conversations), day),
      messages_by_day: countBy(inOrder(messages), day),
    },
  };
}

runConverter([dataFile(SET, "questions.csv"), dataFile(SET, "answers.csv")], convert);
