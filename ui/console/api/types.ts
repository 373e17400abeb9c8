// What /api/v1/ answers: made from data/api/openapi.yaml by the build.
import type { Page, Row } from '../api';

export type {
  Act, Agency, AlertTexts, Appeal, Arrival, ArrivalPerson, Assessment, Attachment, AuditRow, BorderToday, Campaign, Challenge, Clearance, Cluster, Condition, Contact, Country, Credential, Crossing,
  Decision, DeskAct, Dispute, Document, Drill, DrillResults, Edition, Entity, Entry, EntrySummary, Event, Exclusions, Explanation, FigureCell, FigureDefinitions,
  FigureDraft, FigureRelease, Flood, Hit, HitAct, HitCandidate,
  InboxItem, JointOperation, Lesson, LessonTrial, Measure, NameForm, Officer, Outcome, OutcomeRows, Person, PortalAlarm, Post, PublicAlert, PublicListing, PublicTables, Referral, ReferredReport, Report, ReportContact, ReportEvidence, ReportFound, Rescue, RescueCall, RescueDesk, Reversal, Row, RunningClock, Session, Similar, Submission, Today, Token,
} from '../api';
export type List<T> = Page<T>;
export type RowProblem = NonNullable<Row['problems']>[number];
export interface Check { name: string; ok: boolean; detail?: string }
