-- Categories, tags and full-text search. The owner is part of every key that points from one table to another, so that no task can have
-- somebody else's category or tag, whatever a service asks for. The limits are kept here too: counted after a lock, so that nobody races past them.

-- The Python system had tables of the same names in the same database. They step aside with all that belongs to them; 0003 takes their rows over.
do $$
begin
  if to_regclass('public.tasks_phaseiii') is not null then
    create schema original;
    alter table public.tasks_phaseiii set schema original;
    alter table if exists public.categories set schema original;
    alter table if exists public.tags_phasev set schema original;
    alter table if exists public.task_tags set schema original;
  end if;
end $$;

create table categories (
  id         bigint generated always as identity primary key,
  user_id    text not null references users (id) on delete cascade,
  name       text not null constraint categories_name_length check (length(name) between 1 and 50 and name = btrim(name)),
  color      text constraint categories_color_form check (color ~ '^#[0-9A-Fa-f]{6}$'),
  version    bigint not null default 1,
  created_at timestamptz not null default statement_timestamp(),
  updated_at timestamptz not null default statement_timestamp(),
  constraint categories_of_user unique (user_id, id),
  constraint categories_name unique (user_id, name)
);

create table tags (
  id         bigint generated always as identity primary key,
  user_id    text not null references users (id) on delete cascade,
  name       text not null constraint tags_name_length check (length(name) between 1 and 30 and name = btrim(name)),
  color      text constraint tags_color_form check (color ~ '^#[0-9A-Fa-f]{6}$'),
  version    bigint not null default 1,
  created_at timestamptz not null default statement_timestamp(),
  updated_at timestamptz not null default statement_timestamp(),
  constraint tags_of_user unique (user_id, id),
  constraint tags_name unique (user_id, name)
);

-- English stems, so that "plants" finds "plant", and every word as it is, so that names, other languages and words that English search leaves out
-- ("was", "will") are found as well. A word of the title (A) outweighs any number in the description (B).
alter table tasks
  add column category_id bigint,
  add column search tsvector not null generated always as (
    setweight(to_tsvector('english', title) || to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('english', coalesce(description, '')) || to_tsvector('simple', coalesce(description, '')), 'B')) stored,
  add constraint tasks_of_user unique (user_id, id),
  add constraint tasks_category foreign key (user_id, category_id) references categories (user_id, id) on delete set null (category_id);

-- Read backwards, the unique key above does its work.
drop index tasks_user;
create index tasks_search on tasks using gin (search);
create index tasks_user_category on tasks (user_id, category_id) where category_id is not null;
create index tasks_user_due on tasks (user_id, due_at) where due_at is not null;
create index tasks_user_priority on tasks (user_id, priority);

create table task_tags (
  user_id text not null,
  task_id bigint not null,
  tag_id  bigint not null,
  primary key (task_id, tag_id),
  constraint task_tags_task foreign key (user_id, task_id) references tasks (user_id, id) on delete cascade,
  constraint task_tags_tag foreign key (user_id, tag_id) references tags (user_id, id) on delete cascade
);

create index task_tags_tag on task_tags (user_id, tag_id);

-- Each row that is counted is added under a lock on what it is counted for; the count is a statement of its own, so it sees what was committed while it waited.
-- The lock is the weakest that excludes itself: tasks that refer to the user meanwhile do not wait for it.
create function keep_limit() returns trigger language plpgsql as $$
declare
  found_rows bigint;
begin
  if tg_table_name = 'task_tags' then
    perform from tasks where id = new.task_id for no key update;
    select count(*) into found_rows from task_tags where task_id = new.task_id;
  else
    perform from users where id = new.user_id for no key update;
    execute format('select count(*) from %I where user_id = $1', tg_table_name) into found_rows using new.user_id;
  end if;
  if found_rows > tg_argv[0]::bigint then
    raise exception '% has its limit of %', tg_table_name, tg_argv[0] using errcode = 'check_violation', constraint = tg_table_name || '_limit', table = tg_table_name;
  end if;
  return null;
end $$;

-- After, not before: a tag that the task has already is no new row, and is no reason to refuse anything.
create trigger categories_limit after insert on categories for each row execute function keep_limit(50);
create trigger tags_limit after insert on tags for each row execute function keep_limit(100);
create trigger task_tags_limit after insert on task_tags for each row execute function keep_limit(10);

-- A repeated answer repeats its ETag.
alter table idempotency_keys add column etag text;
