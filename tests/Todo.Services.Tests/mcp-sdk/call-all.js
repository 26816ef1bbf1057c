// Lists all tools and calls each of them: node call-all.js URL TOKEN. Prints one line of JSON: the tools in the order of the calls, with the structured result of each.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, token] = process.argv.slice(2);
const client = new Client({ name: "services-tests", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));

const { tools } = await client.listTools();
const calls = {};
// The client itself holds each result against the tool's output schema.
async function call(name, args) {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) throw new Error(`${name}: ${result.content[0].text}`);
  return (calls[name] = result.structuredContent);
}

const category = (await call("create_category", { name: "Home", color: "#336699" })).category_id;
const tag = (await call("create_tag", { name: "garden" })).tag_id;
await call("update_category", { category_id: category, name: "House" });
await call("update_tag", { tag_id: tag, color: "#00ff00" });
await call("list_categories", {});
await call("list_tags", {});
const task = (await call("add_task", { title: "Water the plants", category_id: category, due_date: "2030-05-06T08:00:00Z", recurrence_rule: "every monday" })).task_id;
await call("add_tag_to_task", { task_id: task, tag_id: tag });
await call("update_task", { task_id: task, description: "All of them", priority: "high" });
await call("set_reminder", { task_id: task, remind_before_minutes: 30 });
await call("get_task", { task_id: task });
await call("list_tasks", { status: "pending", sort_by: "due_date" });
await call("search_tasks", { query: "plant" });
await call("remove_tag_from_task", { task_id: task, tag_id: tag });
await call("complete_task", { task_id: task });
await call("delete_task", { task_id: (await call("add_task", { title: "Not needed" })).task_id });
await call("delete_tag", { tag_id: tag });
await call("delete_category", { category_id: category });

const refused = await client.callTool({ name: "get_task", arguments: { task_id: 999999999 } });
await client.close();
console.log(JSON.stringify({ tools: tools.map(tool => tool.name), calls, refused: refused.isError ? JSON.parse(refused.content[0].text).code : null, task }));
