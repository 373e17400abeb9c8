// What /api/v1/ answers, as data/api/openapi.yaml describes it.
export interface List<T> { items: T[]; next: string | null; total: number }
export interface Person { id: string; name: string; login?: string; country: string; agency: string; agencyName?: string; roles: string[]; state: string; lastSeen?: string; version: number }
export interface Session { person: Person | null; strength?: string; provedAt?: string; endsAt?: string; actions?: string[]; host?: string; language?: string }
export interface Condition { name: string; holds: boolean; detail?: string }
export interface Act { act: string; conditions?: Condition[]; reasons?: string[] }
export interface NameForm { text: string; script?: string; language?: string; kind?: string; readings?: string[] }
export interface Document { kind: string; number: string; country?: string }
export interface Exclusions { ownNational: string | boolean; refugee: string | boolean; child: string | boolean; politicalOffence: string | boolean; possibleVictim: string | boolean }
export interface Assessment { law: string; article: string; maximumPenaltyMonths: number; dualCriminality: boolean; proportionality: string; exclusions: Exclusions; by?: string; byName?: string; at?: string }
export interface Decision { step: number; number: string; text?: string; by?: string; byName?: string; at?: string }
export interface Measure { id?: string; kind: string; basis: string; number?: string; issuer?: string; from?: string; expiresAt: string; inForce?: boolean }
export interface Entity { schema: string; properties: Record<string, string[] | undefined> }
export interface Entry {
  id: string; version: number; state: string; owner: string; reference?: string; inflow?: string; submission?: string; handling?: number;
  person: Entity; names?: NameForm[]; documents?: Document[]; offence?: string; purpose?: string; assessment?: Assessment | null;
  decisions?: Decision[]; measures: Measure[]; submittedAt?: string; publishedAt?: string; reviewDue?: string; expiresAt?: string;
  inEdition?: number; acts?: Act[];
}
export interface EntrySummary { id: string; version: number; state: string; owner: string; reference?: string; inflow?: string; name: string; latin?: string; birthDate?: string; nationality?: string; document?: string; measures?: string[]; waits?: string; since?: string; due?: string }
export interface Submission { id: string; owner: string; name: string; by?: string; agency?: string; receivedAt: string; format?: string; sha256?: string; rows: number; taken: number; refused: number; known: number; lookalikes?: number }
export interface RowProblem { field?: string; value?: string; reason: string; text: string }
export interface Row { row: number; status: 'taken' | 'refused' | 'known'; entry?: string; reference?: string; name?: string; problems?: RowProblem[]; lookalikes?: { entry: string; score: number; evidence?: number }[] }
export interface RunningClock { kind: string; id: string; name?: string; endsAt: string; startedAt?: string }
export interface Today { waiting?: EntrySummary[]; clocks?: RunningClock[]; counts?: Record<string, number>; edition?: { number: number; issuedAt: string; entries: number; cosigned: boolean } | null }
export interface Clearance { id: string; version: number; state: string; entry: string; entryName?: string; person: Entity; photo?: string; proposedBy?: string; confirmedBy?: string; consent?: boolean; expiresAt?: string; acts?: Act[] }
export interface Appeal { id: string; number: string; version: number; state: string; kind: string; name?: string; text?: string; language?: string; receivedAt?: string; dueAccess?: string; dueDecision?: string; overdue?: boolean; officer?: string; entry?: string; answer?: string; acts?: Act[] }
export interface Event { seq?: number; at: string; act: string; by: string; byName?: string; country?: string; from?: string; to?: string; reason?: string; text?: string; leaf?: { id: string; index: number; inCheckpoint: number | null } }
export interface Edition { number: number; issuedAt: string; expiresAt?: string; entries: number; added?: number; changed?: number; removed?: number; size?: number; sha256?: string; ledgerSize?: number; cosignedBy?: string[] }
export interface Attachment { id: string; name: string; kind: string; type?: string; size?: number; sha256?: string; at?: string; by?: string }
export interface Explanation { property?: string; rule?: string; query?: string; candidate?: string; detail?: string; bits?: number }
export interface Similar { entry: EntrySummary; score: number; evidence?: number; alert?: boolean; chancePerBillion?: number; explanations?: Explanation[] }
export interface Check { name: string; ok: boolean; detail?: string }
export interface AuditRow { seq?: number; at: string; by?: string; byName?: string; person?: string; action: string; thingKind?: string; thing?: string; outcome: string; detail?: unknown; flagged?: boolean }
export interface Agency { id: string; name: string; country: string }
export interface Country { code: string; name?: string; host?: boolean; witness?: string }
export interface Credential { id: string; kind: string; name?: string; createdAt?: string; lastUsedAt?: string }
