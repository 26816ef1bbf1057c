using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>The first new service finds the Python system's tables in its database: everything in them is there afterwards, in the new ones (docs/runbook.md).</summary>
public sealed class OriginalDataTests(Servers servers)
{
    /// <summary>As the old system's migrations made them, with what was seen in them: doubled tasks, phrases for rules, names that nobody looked at, another user's category.</summary>
    private const string Original = """
        create type priority_level as enum ('low', 'medium', 'high', 'urgent');
        create table "user" (id text primary key, email text unique not null);
        create table categories (
          id serial primary key, user_id varchar not null, name varchar(50) not null, color varchar(7), created_at timestamp default now(), unique (user_id, name));
        create table tags_phasev (
          id serial primary key, user_id varchar not null, name varchar(30) not null, color varchar(7), created_at timestamp default now(), unique (user_id, name));
        create table tasks_phaseiii (
          id serial primary key, user_id varchar not null, title varchar(200) not null, description varchar, completed boolean not null default false,
          priority priority_level not null default 'medium', due_date timestamp, category_id integer references categories (id) on delete set null, recurrence_rule text,
          reminder_sent boolean not null default false, search_vector tsvector, search_rank real, created_at timestamp not null default now(), updated_at timestamp not null default now());
        create index ix_tasks_search on tasks_phaseiii using gin (search_vector);
        create table task_tags (
          task_id integer references tasks_phaseiii (id) on delete cascade, tag_id integer references tags_phasev (id) on delete cascade, primary key (task_id, tag_id));

        insert into "user" values ('ann', 'ann@users.example'), ('ben', 'ben@users.example');
        insert into categories (id, user_id, name, color) values (7, 'ann', 'Home', '#A1B2C3'), (8, 'ann', 'Home ', null), (9, 'ben', '', 'blue');
        insert into tags_phasev (id, user_id, name) select n, 'ann', 'tag ' || n from generate_series(1, 101) n;
        insert into tags_phasev (id, user_id, name) values (200, 'ben', 'theirs');
        insert into tasks_phaseiii (id, user_id, title, description, completed, priority, due_date, category_id, recurrence_rule, reminder_sent, created_at, updated_at) values
          (41, 'ann', 'Water', 'the plants', true, 'high', '2026-01-01 10:00', 7, 'daily', true, '2025-12-31 09:00', '2026-01-01 11:00'),
          (42, 'ann', 'Water', 'the plants', false, 'high', '2031-01-02 10:00:00.123456', 7, 'daily', true, '2026-01-01 11:00', '2026-01-01 11:00'),
          (43, 'ann', 'Water', 'the plants', false, 'high', '2031-01-02 10:00:00.123456', 7, 'daily', false, '2026-01-01 11:00', '2026-01-01 11:00'),
          (44, 'ben', 'Run', repeat('far ', 4000), false, 'urgent', null, 7, 'mon wed fri', false, now(), now()),
          (45, 'eve', 'No address', null, false, 'low', null, null, 'Every  Monday and thursday', false, now(), now()),
          (46, 'ben', 'Freq', '', false, 'medium', null, null, 'freq=monthly;byday=2tu', false, now(), now());
        insert into task_tags select 41, n from generate_series(1, 12) n;
        insert into task_tags values (42, 3), (42, 200);
        """;

    [Fact]
    public async Task All_of_the_old_data_is_there_under_its_numbers_and_life_goes_on()
    {
        var connection = await servers.CreateDatabaseAsync();
        var database = new Database(connection);
        await database.QueryAsync<int>(Original);
        await using var backend = await ServiceProcess.StartAsync("Todo.Backend", 8000, servers, connection);
        var (ann, ben) = (new ApiClient(backend.Http, "ann"), new ApiClient(backend.Http, "ben"));

        var first = await ann.JsonAsync(HttpMethod.Get, "api/v1/tasks/41");
        Assert.Equal("""["Water","the plants","high",true,"2026-01-01T11:00:00Z","2026-01-01T10:00:00Z","FREQ=DAILY",7]""", Fields(first, "title", "description", "priority", "completed", "completedAt", "dueAt", "recurrenceRule", "categoryId"));
        Assert.Equal(12, first["tagIds"]!.AsArray().Count);
        var second = await ann.JsonAsync(HttpMethod.Get, "api/v1/tasks/42");
        Assert.Equal("""["2031-01-02T10:00:00.123456Z","2031-01-02T10:00:00.123456Z",[3]]""", Fields(second, "dueAt", "occurrence", "tagIds"));
        Assert.Equal((string?)first["seriesId"], (string?)second["seriesId"]);
        Assert.NotEqual((string?)first["seriesId"], (string?)(await ann.JsonAsync(HttpMethod.Get, "api/v1/tasks/43"))["seriesId"]);
        Assert.Equal("41 42 43", await database.QueryAsync<string>("select string_agg(id::text, ' ' order by id) from tasks where series_start = case id when 43 then occurrence else '2026-01-01 10:00+00' end"));
        Assert.Equal("41 42", await database.QueryAsync<string>("select string_agg(id::text, ' ' order by id) from tasks where reminded_due_at = due_at"));

        var run = await ben.JsonAsync(HttpMethod.Get, "api/v1/tasks/44");
        Assert.Equal("""["FREQ=WEEKLY;BYDAY=MO,WE,FR",null,[]]""", Fields(run, "recurrenceRule", "categoryId", "tagIds"));
        Assert.Equal((10_000, 16_000), (((string)run["description"]!).Length, await database.QueryAsync<int>("select length(description) from original.tasks_phaseiii where id = 44")));
        Assert.Equal("FREQ=WEEKLY;BYDAY=MO,TH FREQ=MONTHLY;BYDAY=2TU", await database.QueryAsync<string>("select string_agg(recurrence_rule, ' ' order by id) from tasks where id > 44"));
        Assert.Equal("ann@users.example ben@users.example -", await database.QueryAsync<string>("select string_agg(coalesce(email, '-'), ' ' order by id) from users"));

        Assert.Equal("""[7,"Home","#A1B2C3",3] [8,"Home (8)",null,0]""", await LabelsAsync(ann, "categories"));
        Assert.Equal("""[9,"#9",null,0]""", await LabelsAsync(ben, "categories"));
        Assert.Equal(101, (await ann.JsonAsync(HttpMethod.Get, "api/v1/tags"))["items"]!.AsArray().Count);

        Assert.Equal([43L, 42L, 41L], (await ann.JsonAsync(HttpMethod.Get, "api/v1/tasks/search?q=plant"))["items"]!.AsArray().Select(hit => (long)hit!["task"]!["id"]!));
        Assert.Equal(47, (await ann.CreateAsync(new { title = "New" })).Id);
        Assert.Equal(10, (long)(await ann.JsonAsync(HttpMethod.Post, "api/v1/categories", new { name = "New" }))["id"]!);
        Assert.Equal("tags_limit task_tags_limit categories_limit".Split(' ').Order(), (await database.QueryAsync<string>("select string_agg(tgname, ' ' order by tgname) from pg_trigger where tgname like '%_limit' and tgenabled = 'O'"))!.Split(' '));
        Assert.Equal((System.Net.HttpStatusCode.Conflict, "name"), await ann.RefusalAsync(HttpMethod.Post, "api/v1/tags", new { name = "one more" }));
    }

    private static string Fields(JsonObject value, params string[] names) => new JsonArray([.. names.Select(n => value[n]?.DeepClone())]).ToJsonString();

    private static async Task<string> LabelsAsync(ApiClient user, string path) => string.Join(
        ' ', (await user.JsonAsync(HttpMethod.Get, $"api/v1/{path}"))["items"]!.AsArray().Select(x => Fields(x!.AsObject(), "id", "name", "color", "taskCount")));
}
