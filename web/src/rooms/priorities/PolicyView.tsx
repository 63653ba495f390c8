// PolicyView -- all rules as text: read as sentences, taken out as a file, edited or brought in
// again. Check runs the text's own tests on the real engine and names each fault with its line;
// apply takes the whole text, all or nothing.
import { useId, useRef, useState } from "react";
import { useBegun } from "../../feed/begun.ts";
import { useAnswer, useChange } from "../../feed/cache.ts";
import type { Refusal } from "../../feed/http.ts";
import { may } from "../../feed/session.ts";
import type { PolicyCheck } from "../../gen/shapes.ts";
import { Button } from "../../parts/Button.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Mark } from "../../parts/marks.tsx";
import { back, tell } from "../../parts/notices.tsx";
import { Fault, Ready } from "../../parts/states.tsx";
import { formatNumber } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { TOUCHED } from "./SaveBar.tsx";

const LINE = /^line (\d+): ?/;

interface Finding {
  line: number | null;
  detail: string;
}

// The refusal of a text that cannot be read names the line in its words.
function findingsOf(error: Refusal): Finding[] {
  return (error.problem?.errors ?? []).map(({ detail }) => {
    const line = LINE.exec(detail)?.[1];
    return {
      line: line === undefined ? null : Number(line),
      detail: detail.replace(LINE, ""),
    };
  });
}

// Takes the caret to a line of the text.
function goToLine(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return;
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function FindingLine({ line, detail, go }: Finding & { go: (line: number) => void }) {
  return (
    <li>
      {line !== null && (
        <Button look="link" onPress={() => go(line)}>
          {t("priorities.line", { line: formatNumber(line) })}
        </Button>
      )}{" "}
      <span dir="auto">{detail}</span>
    </li>
  );
}

function Warnings({
  title,
  of,
  go,
}: {
  title: string;
  of: PolicyCheck["warnings"];
  go: (line: number) => void;
}) {
  if (of.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="ek-stack">
        {of.map((fault, index) => (
          <FindingLine key={index} line={fault.line} detail={fault.detail} go={go} />
        ))}
      </ul>
    </>
  );
}

function CheckView({ check, go }: { check: PolicyCheck; go: (line: number) => void }) {
  const wrong = check.warnings.filter((fault) => !fault.is_note);
  const notes = check.warnings.filter((fault) => fault.is_note);
  return (
    <div className="ek-stack" role="status">
      <Mark tone={check.passed ? "good" : "bad"} shape={check.passed ? "disc" : "cross"}>
        {check.passed
          ? t("priorities.check_passed", { n: check.tests.length })
          : t("priorities.check_failed", {
              n: check.tests.filter(({ passed }) => !passed).length,
            })}
      </Mark>
      <ul className="ek-stack">
        {check.tests.map((test, index) => (
          <li key={index}>
            <Mark tone={test.passed ? "good" : "bad"} shape={test.passed ? "disc" : "cross"}>
              <bdi>{test.name}</bdi>
            </Mark>
            {!test.passed && (
              <ul>
                <FindingLine line={test.line} detail={test.detail ?? ""} go={go} />
              </ul>
            )}
          </li>
        ))}
      </ul>
      <Warnings title={t("priorities.looks_wrong")} of={wrong} go={go} />
      <Warnings title={t("priorities.not_looked_at")} of={notes} go={go} />
    </div>
  );
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "evenkeel.policy";
  link.click();
  URL.revokeObjectURL(url);
}

function FileButton({ take }: { take: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".policy,.txt,text/plain"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void file.text().then(take);
          event.target.value = "";
        }}
      />
      <Button onPress={() => input.current?.click()}>{t("priorities.import")}</Button>
    </>
  );
}

function Faults({ error, go }: { error: Refusal; go: (line: number) => void }) {
  const findings = findingsOf(error);
  if (findings.length === 0) return <Fault error={error} />;
  return (
    <div role="alert" className="ek-stack">
      <Mark tone="bad" shape="cross">
        {t("priorities.unreadable", { n: findings.length })}
      </Mark>
      <ul>
        {findings.map((finding, index) => (
          <FindingLine key={index} {...finding} go={go} />
        ))}
      </ul>
    </div>
  );
}

function Editor({ text, etag }: { text: string; etag: string | null }) {
  const [written, write] = useState<string | null>(null);
  const { ifMatch, begin } = useBegun(etag);
  const box = useRef<HTMLDivElement>(null);
  const check = useChange("check_policy");
  const apply = useChange("put_policy", TOUCHED);
  const now = written ?? text;
  const go = (line: number) => goToLine(box.current?.querySelector("textarea") ?? null, line);
  const change = (next: string) => {
    if (written === null) begin(etag);
    write(next === text ? null : next);
    check.reset();
    apply.reset();
  };
  const take = async () => {
    const { answer } = await apply.mutateAsync(
      { body: { text: now }, ifMatch },
      { onError: ({ status }) => status === 412 && begin(null) },
    );
    write(null);
    const undo = back("undo_settings_version", { params: { n: answer.revision } }, TOUCHED);
    tell(t("priorities.policy_applied", { n: answer.changes }), undo);
  };
  return (
    <div className="ek-stack" ref={box}>
      <div className="ek-row">
        <Button onPress={() => save(text)}>{t("priorities.export")}</Button>
        <FileButton take={change} />
        <Button onPress={() => check.mutate({ body: { text: now } })}>
          {t("priorities.check")}
        </Button>
        {may("policy_edit") && (
          <Button
            look="main"
            isDisabled={written === null || apply.isPending}
            onPress={() => void take().catch(() => undefined)}
          >
            {t("priorities.apply_policy")}
          </Button>
        )}
      </div>
      {check.error !== null && <Faults error={check.error} go={go} />}
      {apply.error !== null && <Faults error={apply.error} go={go} />}
      {check.data !== undefined && <CheckView check={check.data.answer} go={go} />}
      <div className="ek-priorities-policy">
        <TextField
          label={t("priorities.policy_text")}
          lines={24}
          value={now}
          onChange={change}
          spellCheck="false"
        />
      </div>
    </div>
  );
}

export function PolicyView() {
  const policy = useAnswer("get_policy");
  const id = useId();
  return (
    <Ready of={policy}>
      {({ answer, etag }) => (
        <div className="ek-columns">
          <section className="ek-panel">
            <Editor text={answer.text} etag={etag} />
          </section>
          <section className="ek-panel" aria-labelledby={id}>
            <h2 id={id}>{t("priorities.as_sentences")}</h2>
            <ul
              className="ek-priorities-sentences"
              dir="ltr"
              lang="en"
              tabIndex={0}
              aria-labelledby={id}
            >
              {answer.sentences.map((sentence, index) => (
                <li key={index}>{sentence}</li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </Ready>
  );
}
