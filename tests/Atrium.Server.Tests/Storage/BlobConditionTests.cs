using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>Conditions on role assignments, by the published attributes and in the published forms: what each lets through, and what it keeps out.</summary>
public sealed class BlobConditionTests
{
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string Containers = "Microsoft.Storage/storageAccounts/blobServices/containers";
    private const string Read = $"{Containers}/blobs/read";
    private const string Write = $"{Containers}/blobs/write";
    private const string Add = $"{Containers}/blobs/add/action";
    private const string Tag = $"{Containers}/blobs/tags:Project<$key_case_sensitive$>";

    /// <summary>Condition, then method and path of what it allows and of what it does not. A new blob may be added by a right of its own, so conditions on writes name both.</summary>
    private static readonly (string Condition, string Allowed, string Denied)[] Table =
    [
        ($"((!(ActionMatches{{'{Read}'}})) OR (@Resource[{Containers}:name] StringEquals 'one'))", "GET one/plain", "GET two/plain"),
        ($"((!(ActionMatches{{'{Read}'}})) OR (@Resource[{Containers}/blobs:path] StringLike 'readonly/*'))", "GET one/readonly/a", "GET one/plain"),
        ($"((!(ActionMatches{{'{Write}'}}) AND !(ActionMatches{{'{Add}'}})) OR (@Resource[{Containers}/blobs:path] StringStartsWith 'uploads/'))", "PUT one/uploads/a", "PUT one/elsewhere"),
        ($"((!(ActionMatches{{'{Read}'}} AND NOT SubOperationMatches{{'Blob.List'}})) OR (@Resource[{Tag}] StringEquals 'Cascade'))", "GET one/tagged", "GET one/plain"),
        ($"((!(ActionMatches{{'{Read}'}} AND NOT SubOperationMatches{{'Blob.List'}})) OR (@Resource[{Tag}] StringEquals 'Cascade'))", "GET one?restype=container&comp=list", "GET one/other-tag"),
        ($"((!(ActionMatches{{'{Write}'}} AND SubOperationMatches{{'Blob.Write.WithTagHeaders'}}) AND !(ActionMatches{{'{Add}'}} AND SubOperationMatches{{'Blob.Write.WithTagHeaders'}})) OR (@Request[{Tag}] StringEquals 'Cascade'))", "PUT one/new-1 Project=Cascade", "PUT one/new-2 Project=Baker"),
        ($"((!(ActionMatches{{'{Write}'}} AND SubOperationMatches{{'Blob.Write.WithTagHeaders'}}) AND !(ActionMatches{{'{Add}'}} AND SubOperationMatches{{'Blob.Write.WithTagHeaders'}})) OR (@Request[{Containers}/blobs/tags&$keys$&] ForAllOfAnyValues:StringEquals {{'Project', 'Program'}}))", "PUT one/new-3 Program=x", "PUT one/new-4 Project=x&Other=y"),
        ($"((!(ActionMatches{{'{Read}'}} AND SubOperationMatches{{'Blob.List'}})) OR (@Request[{Containers}/blobs:prefix] StringStartsWith 'uploads'))", "GET one?restype=container&comp=list&prefix=uploads/", "GET one?restype=container&comp=list"),
        ($"((!(ActionMatches{{'{Read}'}} AND SubOperationMatches{{'Blob.List'}})) OR (@Request[{Containers}/blobs:prefix] StringStartsWith 'uploads'))", "GET one/plain", "GET one?restype=container&comp=list&prefix=other"),
        ($"((!(ActionMatches{{'{Read}'}})) OR (@Resource[{Containers}/blobs:isCurrentVersion] BoolEquals true))", "GET one/plain", "GET one/plain?snapshot=SNAPSHOT"),
        ($"((!(ActionMatches{{'{Read}'}})) OR (Exists @Request[{Containers}/blobs:snapshot]))", "GET one/plain?snapshot=SNAPSHOT", "GET one/plain"),
        ($"((!(ActionMatches{{'{Read}'}})) OR (@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'conditions'))", "GET one/plain", ""),
    ];

    [Fact]
    public async Task A_condition_lets_through_what_it_says_and_nothing_else()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        var (account, admin) = await NewStorage.MakeAsync(hub, "conditions");
        foreach (var container in (string[])["one", "two"])
        {
            await admin.BlobAsync("PUT", $"/conditions.blob/{container}?restype=container");
            foreach (var (name, tags) in ((string, string)[])[("plain", "None=x"), ("readonly/a", "None=x"), ("tagged", "Project=Cascade"), ("other-tag", "Project=Baker")])
            {
                Assert.Equal(HttpStatusCode.Created, (await admin.PutBlobAsync($"/conditions.blob/{container}/{name}", "text", ("x-ms-tags", tags))).Status);
            }
        }

        var snapshot = (await admin.BlobAsync("PUT", "/conditions.blob/one/plain?comp=snapshot")).Header("x-ms-snapshot")!;
        using var owner = await hub.OwnerAsync();
        var app = await hub.NewAppAsync();
        using var caller = await hub.SignedInAsync(app.AppId, app.ClientSecret, HubClients.Storage);
        var wrong = new List<string>();
        foreach (var (condition, allowed, denied) in Table)
        {
            var id = $"{account}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01";
            var body = new { properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{BlobOwner}", principalId = app.ObjectId, condition, conditionVersion = "2.0" } };
            var assigned = await owner.CallAsync("PUT", id, body);
            Assert.True(assigned.Status == HttpStatusCode.Created, $"{condition}: {assigned}");
            if (await TryAsync(caller, allowed, snapshot) is var passed && (int)passed.Status is not (200 or 201))
            {
                wrong.Add($"{condition}\n  kept out {allowed}: {passed}");
            }

            if (denied.Length > 0 && await TryAsync(caller, denied, snapshot) is var refused && (refused.Status, refused.Code) != (HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch"))
            {
                wrong.Add($"{condition}\n  let through {denied}: {refused}");
            }

            await owner.CallAsync("DELETE", id);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        admin.Dispose();
    }

    private static Task<BlobAnswer> TryAsync(HttpClient caller, string call, string snapshot)
    {
        var parts = call.Replace("SNAPSHOT", Uri.EscapeDataString(snapshot), StringComparison.Ordinal).Split(' ');
        var path = $"/conditions.blob/{parts[1]}";
        return parts[0] == "GET" ? caller.BlobAsync("GET", path)
            : parts.Length > 2 ? caller.PutBlobAsync(path, "text", ("x-ms-tags", parts[2]))
            : caller.PutBlobAsync(path, "text");
    }
}
