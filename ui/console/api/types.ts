// What /api/v1/ answers: made from data/api/openapi.yaml by the build.
import type { Page, Row } from '../api';

export type {
  Act, Agency, Appeal, Assessment, Attachment, AuditRow, BorderToday, Challenge, Clearance, Condition, Country, Credential, Crossing,
  Decision, Document, Drill, DrillResults, Edition, Entity, Entry, EntrySummary, Event, Exclusions, Explanation, Hit, HitAct, HitCandidate,
  Measure, NameForm, Officer, Person, Post, Row, RunningClock, Session, Similar, Submission, Today, Token,
} from '../api';
export type List<T> = Page<T>;
export type RowProblem = NonNullable<Row['problems']>[number];
export interface Check { name: string; ok: boolean; detail?: string }
