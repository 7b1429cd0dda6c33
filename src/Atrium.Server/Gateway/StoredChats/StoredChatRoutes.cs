using Atrium.Server.Resources;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>Chat completions that are kept.</summary>
internal static class StoredChatRoutes
{
    public static IServiceCollection AddStoredChats(this IServiceCollection services)
    {
        foreach (var type in ChatStore.Types)
        {
            services.AddKeptType(type);
        }

        return services.AddSingleton<ChatStore>().AddSingleton<ChatKeeper>().AddSingleton<StoredChatCalls>();
    }

    public static void MapStoredChats(this RouteGroupBuilder routes)
    {
        routes.MapGet("/chat/completions", Run(StoredChatCalls.Read, (StoredChatCalls chats) => chats.ListAsync));
        routes.MapGet("/chat/completions/{completion}", Run(StoredChatCalls.Read, (StoredChatCalls chats) => chats.GetAsync));
        routes.MapPost("/chat/completions/{completion}", Run(StoredChatCalls.Write, (StoredChatCalls chats) => chats.UpdateAsync));
        routes.MapDelete("/chat/completions/{completion}", Run(StoredChatCalls.Write, (StoredChatCalls chats) => chats.DeleteAsync));
        routes.MapGet("/chat/completions/{completion}/messages", Run(StoredChatCalls.Read, (StoredChatCalls chats) => chats.ListMessagesAsync));
    }
}
