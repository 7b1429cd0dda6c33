using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Safety;

/// <summary><c>text:detectProtectedMaterial</c>: quotations of texts that the administrator has put into a folder. What is not there is not found, unless a connection serves the operation.</summary>
internal sealed class ProtectedMaterial(ProtectedTexts texts, SafetyUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Operation = new(
        "text:detectProtectedMaterial", "text:detectProtectedMaterial", "Microsoft.CognitiveServices/accounts/ContentSafety/text:detectprotectedmaterial/action", null);

    public async Task DetectAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        call.ModelName = "atrium-protected-texts";
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Operation, body.RootElement, cancellationToken))
        {
            return;
        }

        var problems = new List<Problem>();
        UnknownMembers.Refuse(body.RootElement, "", ["text"], problems);
        var text = SafetyText.Read(body.RootElement, "text", problems);
        SafetyProblems.Refuse(problems);
        var isQuoted = (await texts.GetAsync(cancellationToken)).IsQuotedIn(text!);
        call.TokensIn = 1;
        var answer = new JsonObject { ["protectedMaterialAnalysis"] = new JsonObject { ["detected"] = isQuoted } };
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }
}
