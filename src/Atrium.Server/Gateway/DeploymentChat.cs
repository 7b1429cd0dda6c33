using System.Runtime.CompilerServices;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway;

/// <summary>Has a chat answered by the deployment of a call, wherever its model runs.</summary>
internal sealed class DeploymentChat(EmbeddedEngines engines, UpstreamChat upstream)
{
    /// <summary>Whether the deployment's model writes text of its own; the one that only quotes does not.</summary>
    public bool Writes(GatewayCall call) => call.Deployment!.Source is not null || engines.Generates(call.Served!.Model);

    /// <summary>One answer, piece by piece.</summary>
    /// <param name="call">Its deployment has been resolved. It learns the name of the model that answers.</param>
    /// <param name="chat">A chat completion as the OpenAI API takes it, asked for as a stream.</param>
    /// <param name="cancellationToken">Ends the model's work.</param>
    public async IAsyncEnumerable<ChatPiece> AnswerAsync(GatewayCall call, JsonElement chat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (call.Deployment!.Source is not null)
        {
            await foreach (var piece in upstream.AnswerAsync(call, chat, cancellationToken))
            {
                yield return piece;
            }

            yield break;
        }

        var prompt = PromptOf(call, chat);
        using var model = await engines.ChatAsync(call.Served!.Model, cancellationToken);
        call.ModelName = model.Model.Name;
        await foreach (var piece in model.Model.AnswerAsync(prompt, cancellationToken))
        {
            yield return piece;
        }
    }

    /// <summary>How many tokens a chat has for the model of the deployment, by the model's own tokenizer.</summary>
    /// <exception cref="ApiException">501: the model, and so its tokenizer, is elsewhere.</exception>
    public async Task<int> CountAsync(GatewayCall call, JsonElement chat, CancellationToken cancellationToken)
    {
        if (call.Deployment!.Source is not null)
        {
            throw ApiException.NoModel($"The model of the deployment '{call.Deployment.Name}' is reached through a connection, and its tokenizer is not here. The 'usage' of its answers tells their tokens.");
        }

        var prompt = PromptOf(call, chat);
        using var model = await engines.ChatAsync(call.Served!.Model, cancellationToken);
        call.ModelName = model.Model.Name;
        return await model.Model.CountAsync(prompt, cancellationToken);
    }

    private ChatPrompt PromptOf(GatewayCall call, JsonElement chat) => ChatRequest.Read(chat, engines.Generates(call.Served!.Model)).Prompt with { Lane = call.Lane };
}
