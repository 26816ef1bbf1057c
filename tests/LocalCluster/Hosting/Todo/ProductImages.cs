using LocalCluster.Node;

namespace LocalCluster.Hosting.Todo;

/// <summary>Which built program stands for which image.</summary>
internal static class ProductImages
{
    /// <summary>Image name without tag → program.</summary>
    public static IReadOnlyDictionary<string, ImageProgram> From(Checkout checkout) => new Dictionary<string, ImageProgram>(StringComparer.Ordinal)
    {
        ["todo/backend"] = Program(checkout, "services/Todo.Backend"),
        ["todo/notification"] = Program(checkout, "services/Todo.Notification"),
        ["todo/email-delivery"] = Program(checkout, "services/Todo.EmailDelivery"),
        ["todo/recurring-task"] = Program(checkout, "services/Todo.RecurringTask"),
        ["todo/operator"] = Program(checkout, "operator/Todo.Operator"),
        [DaprControlPlane.Image] = new ImageProgram("/bin/sleep", "infinity"),
    };

    private static ImageProgram Program(Checkout checkout, string project) => new(checkout.Program(project, Path.GetFileName(project)));
}
