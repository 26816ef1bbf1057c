using LocalCluster.Sidecar.Runtime;

return await SidecarProgram.RunAsync(args);
