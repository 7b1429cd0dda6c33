using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Responses.Background;
using Atrium.Server.Gateway.Responses.Conversations;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Resources;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Responses and conversations of the OpenAI API.</summary>
internal static class ResponseRoutes
{
    public static IServiceCollection AddResponses(this IServiceCollection services)
    {
        foreach (var type in (string[])[.. ResponseStore.Types, .. ConversationStore.Types])
        {
            services.AddKeptType(type);
        }

        return services.AddSingleton<UpstreamChat>().AddSingleton<ResponseStore>().AddSingleton<ResponseMaker>().AddSingleton<ResponseCalls>()
            .AddSingleton<ConversationStore>().AddSingleton<ConversationCalls>()
            .AddJobKind<BackgroundResponse>(BackgroundResponse.Kind).AddSingleton<BackgroundCalls>().AddSingleton<ResponseFollower>();
    }

    public static void MapResponses(this RouteGroupBuilder routes)
    {
        routes.MapPost("/responses", Run(ResponseCalls.Create, (ResponseCalls responses) => responses.CreateAsync));
        routes.MapPost("/responses/input_tokens", Run(ResponseCalls.Count, (ResponseCalls responses) => responses.CountInputAsync));
        routes.MapGet("/responses/{response}", Run(ResponseCalls.Read, (ResponseCalls responses) => responses.GetAsync));
        routes.MapDelete("/responses/{response}", Run(ResponseCalls.Delete, (ResponseCalls responses) => responses.DeleteAsync));
        routes.MapPost("/responses/{response}/cancel", Run(ResponseCalls.Delete, (ResponseCalls responses) => responses.CancelAsync));
        routes.MapGet("/responses/{response}/input_items", Run(ResponseCalls.Read, (ResponseCalls responses) => responses.ListInputAsync));
        routes.MapPost("/conversations", Run(ConversationCalls.Write, (ConversationCalls conversations) => conversations.CreateAsync));
        routes.MapGet("/conversations/{conversation}", Run(ConversationCalls.Read, (ConversationCalls conversations) => conversations.GetAsync));
        routes.MapPost("/conversations/{conversation}", Run(ConversationCalls.Write, (ConversationCalls conversations) => conversations.UpdateAsync));
        routes.MapDelete("/conversations/{conversation}", Run(ConversationCalls.Write, (ConversationCalls conversations) => conversations.DeleteAsync));
        routes.MapPost("/conversations/{conversation}/items", Run(ConversationCalls.Write, (ConversationCalls conversations) => conversations.AddItemsAsync));
        routes.MapGet("/conversations/{conversation}/items", Run(ConversationCalls.Read, (ConversationCalls conversations) => conversations.ListItemsAsync));
        routes.MapGet("/conversations/{conversation}/items/{item}", Run(ConversationCalls.Read, (ConversationCalls conversations) => conversations.GetItemAsync));
        routes.MapDelete("/conversations/{conversation}/items/{item}", Run(ConversationCalls.Write, (ConversationCalls conversations) => conversations.DeleteItemAsync));
    }
}
