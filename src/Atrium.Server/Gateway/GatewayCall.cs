using System.Diagnostics;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;

namespace Atrium.Server.Gateway;

/// <summary>One call of the data plane on its way through the steps.</summary>
internal sealed class GatewayCall(HttpContext http, string operation, long startedAt)
{
    public HttpContext Http => http;

    /// <summary>Of its row of usage. Work that may be done twice gives its own, so that there is one row.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>As usage names it: chat.completions, embeddings, text:analyze, ...</summary>
    public string Operation => operation;

    /// <summary>Whose deployments and costs these are. Set by authentication.</summary>
    public KeyOwner Owner { get; set; } = null!;

    /// <summary>Those who share a model take turns, and each is a lane.</summary>
    public string Lane => Owner.Id.Key;

    public GatewayModel Model { get; set; } = GatewayModel.Empty;

    /// <summary>key1 or key2 with the beginning of its hash, or the principal's object id.</summary>
    public string CallerName { get; set; } = "";

    public DeploymentEntry? Deployment { get; set; }

    public ServedModel? Served { get; set; }

    /// <summary>The model that answers, as usage and the answer name it.</summary>
    public string ModelName { get; set; } = "";

    public long TokensIn { get; set; }

    public long TokensOut { get; set; }

    /// <summary>Of the tokens in, those that needed no reading.</summary>
    public long TokensCached { get; set; }

    /// <summary>Tags from the request, a JSON object; empty for none.</summary>
    public string Tags { get; set; } = "";

    /// <summary>Whether the row of this call has been written. Exactly one is.</summary>
    public bool IsMetered { get; set; }

    /// <summary>A call of a deployment that this one needs. It leaves no row of its own: what it took is counted with this one.</summary>
    public GatewayCall OnBehalf(DeploymentEntry deployment, ServedModel served) =>
        new(http, operation, startedAt) { Owner = Owner, Model = Model, CallerName = CallerName, Deployment = deployment, Served = served, ModelName = served.Model, IsMetered = true };

    public int ElapsedMilliseconds => (int)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
}
