using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>A web hook: the work is the challenge, by which whoever is to be told agrees. Only then is anything told.</summary>
internal sealed class HookJob(HookSender sender, ISecretCipher cipher, TimeProvider clock) : IJobKind
{
    public const string Kind = "speechwebhooks";

    public string Name => Kind;

    public int AtOnce => 4;

    public bool KeepsFolder => false;

    /// <summary>Who agreed is the address that was asked, which may not be the one that is there now.</summary>
    public bool IsStillWanted(KeptJob begun, JsonObject view) => (string?)view[HookTarget.Name] == (string?)begun.View[HookTarget.Name];

    public void GiveUp(JsonObject view, DateTimeOffset now) => End(view, now, "The server could not ask for it.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (target, token) = (run.Job.View.Open<HookTarget>(HookTarget.Name, cipher, run.Job.Row.Key)!, Guid.NewGuid().ToString("N"));
        string? problem;
        try
        {
            var answer = await sender.SendAsync(run.Owner, target, HookEvents.Challenge, [], token, cancellationToken);
            problem = answer.Trim().Trim('"') == token ? null : "It did not answer with the value of validationToken.";
        }
        catch (HookRefusedException refused)
        {
            problem = refused.Message;
        }

        return view => End(view, clock.GetUtcNow(), problem);
    }

    private static void End(JsonObject view, DateTimeOffset now, string? problem)
    {
        (view["status"], view["lastActionDateTime"]) = (problem is null ? HookView.Agreed : "Failed", now);
        view["error"] = problem is null ? null : new JsonObject { ["code"] = "InvalidWebHook", ["message"] = $"The address did not agree to be told. {problem}" };
    }
}
