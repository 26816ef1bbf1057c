using LocalCluster.Sidecar.Runtime;
using LocalCluster.Sidecar.Scheduler;

return args is ["scheduler", .. var rest]
    ? await SchedulerProgram.RunAsync(rest)
    : await SidecarProgram.RunAsync(args);
