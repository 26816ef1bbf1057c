using System.Globalization;
using System.Text;

namespace Benchmarks.Runtime;

/// <summary>Ten thousand pods as an API server sends them, with what nobody reads: half of each is managedFields.</summary>
internal static class Pods
{
    public const int Count = 10_000;

    public static byte[] List(int count)
    {
        var text = new StringBuilder("""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"999999"},"items":[""");
        text.AppendJoin(',', Enumerable.Range(1, count).Select(Pod));
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    public static byte[] Events(int count)
    {
        using var bytes = new MemoryStream();
        foreach (var n in Enumerable.Range(1, count))
        {
            bytes.Write(CannedServer.Line("ADDED", Pod(n)));
        }

        bytes.Write(CannedServer.Line(
            "BOOKMARK", """{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"999999","annotations":{"k8s.io/initial-events-end":"true"}}}"""));
        return bytes.ToArray();
    }

    /// <summary>One of them.</summary>
    public static string Pod(int n) => Template.Replace("NUMBER", n.ToString("00000", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private const string Template = """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"backend-NUMBER","generateName":"backend-","namespace":"default","uid":"5e1c7c1e-0000-4000-8000-0000000NUMBER","resourceVersion":"1NUMBER","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"backend","pod-template-hash":"7d9c5b8f4","tier":"services"},"annotations":{"dapr.io/enabled":"true","dapr.io/app-id":"backend","dapr.io/app-port":"8000"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"backend-7d9c5b8f4","uid":"0b7e4f8a-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":true}],"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:dapr.io/app-id":{},"f:dapr.io/app-port":{},"f:dapr.io/enabled":{}},"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{},"f:tier":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"0b7e4f8a-0000-4000-8000-000000000001\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"DATABASE_URL\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"USE_DAPR\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{},"f:readinessProbe":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}},{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:05Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},"f:startTime":{}}},"subresource":"status"}]},"spec":{"containers":[{"name":"app","image":"todo/backend:1","ports":[{"containerPort":8000,"protocol":"TCP"}],"env":[{"name":"DATABASE_URL","value":"postgres://todo@postgres/todo"},{"name":"USE_DAPR","value":"true"}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},"readinessProbe":{"httpGet":{"path":"/readyz","port":8000},"periodSeconds":5},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","nodeName":"node-1","schedulerName":"default-scheduler"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:05Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-01T00:00:05Z"}],"hostIP":"10.0.0.1","podIP":"10.1.0.1","startTime":"2026-01-01T00:00:00Z","containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"todo/backend:1","state":{"running":{"startedAt":"2026-01-01T00:00:04Z"}}}]}}
        """;
}
