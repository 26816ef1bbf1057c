using System.CommandLine;
using Todo.Load.Commands;

var root = new RootCommand("Makes a steady load of task operations, and takes the account of it from the outside.")
{
    RunCommand.Create(),
    AccountCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
