// TrendLine -- one line about a metric in a list: which, a mark, and what is said of it.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Mark } from "./marks.tsx";
import { metricName, trendPath, type markOf } from "./verdict.ts";
import "./trends.css";

interface TrendLineProps {
  of: Parameters<typeof trendPath>[0];
  under: ReactNode; // below its name: of which team, by what
  mark: ReturnType<typeof markOf>;
  opens?: string; // the id of a verdict whose story is to be found
  children: ReactNode;
}

export function TrendLine({ of, under, mark, opens, children }: TrendLineProps) {
  return (
    <li className="ek-trends-line" data-open={opens}>
      <span className="ek-trends-what">
        <Link className="ek-trends-name" href={trendPath(of)}>
          {metricName(of.metric)}
        </Link>
        {under}
      </span>
      <span className="ek-trends-mark">
        <Mark tone={mark.tone} shape={mark.shape}>
          {mark.word}
        </Mark>
      </span>
      {children}
    </li>
  );
}
