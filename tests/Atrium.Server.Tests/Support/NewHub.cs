using System.Net;

namespace Atrium.Server.Tests.Support;

/// <summary>A hub of a test's own, and what comes with it.</summary>
/// <param name="Id">The hub's id.</param>
/// <param name="Account">The id of its AI services account.</param>
/// <param name="Key">The first key of that account.</param>
internal sealed record NewHub(string Id, string Account, string Key)
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Cs = "?api-version=2024-10-01";

    /// <summary>Makes subscription, resource group and hub, and waits until the hub stands.</summary>
    /// <param name="client">Of a caller who may.</param>
    /// <param name="group">Id of the resource group.</param>
    /// <param name="name">Name of the hub.</param>
    public static async Task<NewHub> MakeAsync(HttpClient client, string group, string name = "team")
    {
        await client.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await client.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        var id = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
        await MakeWorkspaceAsync(client, id, new { location = "local", kind = "hub", properties = new { } });
        var account = (string)(await client.CallAsync("GET", $"{group}/providers/Microsoft.CognitiveServices/accounts{Cs}")).Body["value"]![0]!["id"]!;
        return new(id, account, (string)(await client.CallAsync("POST", $"{account}/listKeys{Cs}")).Body["key1"]!);
    }

    /// <summary>Makes a hub or a project and waits until it stands.</summary>
    public static async Task MakeWorkspaceAsync(HttpClient client, string id, object body)
    {
        var made = await client.CallAsync("PUT", id + Ml, body);
        Assert.Equal(HttpStatusCode.Accepted, made.Status);
        Assert.Equal("Succeeded", (string?)(await client.WaitAsync(made))["status"]);
    }
}
