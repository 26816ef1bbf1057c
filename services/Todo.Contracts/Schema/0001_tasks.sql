-- What the four services share: users, tasks, mails, remembered answers. Limits that matter are kept by the database itself.

create table users (
  id         text primary key check (length(id) between 1 and 200),
  email      text check (length(email) between 3 and 320),
  time_zone  text not null default 'UTC',              -- IANA name
  created_at timestamptz not null default statement_timestamp(),
  updated_at timestamptz not null default statement_timestamp()
);

create table tasks (
  id              bigint generated always as identity primary key,
  user_id         text not null references users (id) on delete cascade,
  title           text not null check (length(title) between 1 and 200 and title = btrim(title)),
  description     text check (length(description) <= 10000),
  priority        text not null default 'medium' check (priority in ('low', 'medium', 'high', 'urgent')),
  completed       boolean not null default false,
  completed_at    timestamptz,
  due_at          timestamptz,
  recurrence_rule text check (length(recurrence_rule) <= 500),
  series_id       uuid,                                 -- common to all tasks of one recurring series
  series_start    timestamptz,                          -- DTSTART of the series: COUNT and INTERVAL are counted from here
  occurrence      timestamptz,                          -- the moment of the series that this task stands for; due_at may be moved, this not
  reminded_due_at timestamptz,                          -- the due moment that a reminder was published for: a moved due date differs again
  version         bigint not null default 1,
  created_at      timestamptz not null default statement_timestamp(),
  updated_at      timestamptz not null default statement_timestamp(),
  constraint tasks_completed_at check (completed = (completed_at is not null)),
  constraint tasks_series check (num_nulls(series_id, series_start, occurrence, recurrence_rule) in (0, 4))
);

-- A repeated completion, by a second click or a second delivery, can't create the same occurrence twice.
create unique index tasks_series_occurrence on tasks (series_id, occurrence) where series_id is not null;
create index tasks_user on tasks (user_id, id desc);
create index tasks_user_pending on tasks (user_id, id desc) where not completed;
-- Holds only what is still to be reminded of: the sweep reads from one end of it.
create index tasks_reminder_poll on tasks (due_at) where not completed and due_at is not null and reminded_due_at is distinct from due_at;

create table mails (
  id              bigint generated always as identity primary key,
  reminder_key    text not null unique,                 -- one mail per task and due moment, however often the event arrives
  task_id         bigint not null,
  user_id         text not null,
  due_at          timestamptz not null,                 -- the due moment it reminds of
  reminder        jsonb not null,                       -- the event's data: what the mail says
  message_id      text not null,                        -- RFC 5322 Message-ID, the same for every attempt
  state           text not null default 'Pending' check (state in ('Pending', 'Sending', 'Sent', 'Dead', 'Doubtful', 'Skipped')),
  attempts        int not null default 0,
  doubtful        int not null default 0,               -- attempts of which nobody knows whether the server took the mail
  next_attempt_at timestamptz not null default statement_timestamp(),
  lease_until     timestamptz,
  lease_owner     text,
  last_error      text,
  sent_at         timestamptz,
  created_at      timestamptz not null default statement_timestamp(),
  constraint mails_lease check ((state = 'Sending') = (lease_until is not null))
);

create index mails_pending on mails (next_attempt_at) where state = 'Pending';
create index mails_sending on mails (lease_until) where state = 'Sending';

-- Answers to requests with an Idempotency-Key, written in the transaction of the change itself.
create table idempotency_keys (
  user_id      text not null,
  key          text not null check (length(key) between 1 and 200),
  request_hash bytea not null,                          -- SHA-256 of method, path and body
  status       int,
  location     text,
  body         bytea,
  created_at   timestamptz not null default statement_timestamp(),
  primary key (user_id, key)
);

create index idempotency_keys_created on idempotency_keys (created_at);

-- How far the search for due reminders has come, where no state store keeps it.
create table reminder_cursor (
  only_row boolean primary key default true check (only_row),
  swept_at timestamptz not null
);
