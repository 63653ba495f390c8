// shapes -- what the server says to a visitor (/api/v1/visit), as far as the widget reads it. By
// hand: the widget carries no table of operations.

export interface FileOf {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export interface Part {
  readonly id: string;
  readonly at: string; // RFC 3339
  readonly from: "contact" | "teammate";
  readonly name: string | null; // the teammate's display name
  readonly text: string | null; // null: blanked since
  readonly files: readonly FileOf[];
  readonly seen_at: string | null; // when the other side saw it
}

export interface Conversation {
  readonly id: string;
  readonly state: string;
  readonly team_name: string | null;
  readonly teammate: { readonly display_name: string } | null;
  readonly survey_url: string | null;
}

export interface Expectation {
  readonly low_minutes: number;
  readonly high_minutes: number;
  readonly place: number;
}

export interface Visit {
  readonly inbox: {
    readonly name: string;
    readonly greeting: string | null;
    readonly languages: readonly string[]; // in which people answer, the best first
    readonly ask_address?: boolean;
  };
  readonly contact: { readonly verified: boolean; readonly has_address?: boolean } | null;
  readonly conversation: Conversation | null;
  readonly hours: { readonly open: boolean; readonly opens_at: string | null };
  readonly expectation: Expectation | null;
  readonly limits: { readonly text: number /* bytes */; readonly file_bytes: number };
}
