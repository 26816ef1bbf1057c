-- Reminders that users set, besides the one that comes before every due date.

create table reminders (
  id             bigint generated always as identity primary key,
  task_id        bigint not null references tasks (id) on delete cascade,
  minutes_before int check (minutes_before between 1 and 525600),  -- counted back from the due date; null: the moment is fixed
  remind_at      timestamptz,                           -- the moment; null while a task whose due date it is counted from has none
  reminded_at    timestamptz,                           -- the moment that a reminder was published for: a moved one differs again
  created_at     timestamptz not null default statement_timestamp(),
  constraint reminders_moment check (minutes_before is not null or remind_at is not null)
);

-- The same reminder set twice is one.
create unique index reminders_fixed on reminders (task_id, remind_at) where minutes_before is null;
create unique index reminders_before_due on reminders (task_id, minutes_before) where minutes_before is not null;
-- Holds only what is still to be reminded of: the sweep reads a range of it.
create index reminders_poll on reminders (remind_at) where remind_at is not null and reminded_at is distinct from remind_at;

-- Whoever moves a due date moves what is counted from it, in the same transaction.
create function move_reminders() returns trigger language plpgsql as $$
begin
  update reminders set remind_at = new.due_at - make_interval(mins => minutes_before) where task_id = new.id and minutes_before is not null;
  return null;
end $$;

create trigger tasks_move_reminders after update of due_at on tasks for each row when (old.due_at is distinct from new.due_at) execute function move_reminders();
