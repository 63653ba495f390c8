// states -- a screen that has nothing yet, is waiting, or was refused. None shows zeros that mean
// "not known".
import type { ReactNode } from "react";
import { ProgressBar } from "react-aria-components";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Refusal } from "../feed/http.ts";
import { t, wordOf } from "../words/words.ts";
import { Button } from "./Button.tsx";

export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="ek-empty">
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

export function Loading() {
  return (
    <p className="ek-quiet" role="status">
      {t("common.loading")}
    </p>
  );
}

// What was refused, in words, with the way on; the request id to copy when it was our fault.
export function Fault({ error, retry }: { error: Refusal; retry?: () => void }) {
  const { problem } = error;
  return (
    <div className="ek-panel" role="alert">
      <h2>
        {problem === null
          ? t("common.unreachable")
          : error.status === 404
            ? t("common.not_here")
            : problem.title}
      </h2>
      {problem?.detail !== undefined && error.status !== 404 && <p>{problem.detail}</p>}
      {(problem?.errors?.length ?? 0) > 0 && (
        <ul>
          {problem?.errors?.map((fault, index) => (
            <li key={index}>
              {wordOf("fault", fault.code) === fault.code
                ? fault.detail
                : wordOf("fault", fault.code)}
            </li>
          ))}
        </ul>
      )}
      {error.status >= 500 && problem?.request_id !== undefined && (
        <p className="ek-quiet">
          {t("common.request_id")} <code className="ek-code">{problem.request_id}</code>
        </p>
      )}
      {retry !== undefined && <Button onPress={retry}>{t("common.try_again")}</Button>}
    </div>
  );
}

// The fault the server found at this member of the body, if any: faultAt(error, "/name").
export function faultAt(error: Refusal | null, pointer: string): string | undefined {
  return error?.problem?.errors?.find((fault) => fault.pointer === pointer)?.detail;
}

// What was read, once it is there; else how it stands.
export function Ready<T>({
  of,
  children,
}: {
  of: UseQueryResult<T, Refusal>;
  children: (answer: T) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error !== null) return <Fault error={of.error} retry={() => void of.refetch()} />;
  return <Loading />;
}

export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  return (
    <ProgressBar aria-label={label} value={done} maxValue={Math.max(1, total)}>
      {({ percentage }) => (
        <div className="ek-progress">
          <div style={{ inlineSize: `${percentage ?? 0}%` }} />
        </div>
      )}
    </ProgressBar>
  );
}
