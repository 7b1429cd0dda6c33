using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Tests.Resources;

public sealed class ResourceFilterTests
{
    private static readonly Resource Subject = new(new StoredResource
    {
        Key = "/subscriptions/s/resourcegroups/shop/providers/microsoft.keyvault/vaults/orders",
        Id = "/subscriptions/s/resourceGroups/Shop/providers/Microsoft.KeyVault/vaults/Orders",
        Type = "microsoft.keyvault/vaults",
        Body = """{"location":"local","kind":"x","tags":{"team":"Blue","it's":"green"},"identity":{"principalId":"42"}}""",
    });

    [Theory]
    [InlineData("name eq 'orders'", true)]
    [InlineData("name ne 'orders'", false)]
    [InlineData("NAME EQ 'ORDERS'", true)]
    [InlineData("resourceType eq 'microsoft.keyvault/VAULTS' and location eq 'local'", true)]
    [InlineData("resourceType eq 'Microsoft.Storage/storageAccounts' or resourceGroup eq 'shop'", true)]
    [InlineData("resourceType eq 'a' or name eq 'orders' and location eq 'b'", false)]
    [InlineData("(resourceType eq 'a' or name eq 'orders') and not (location eq 'b')", true)]
    [InlineData("substringof('rder',name)", true)]
    [InlineData("substringof('rder', location)", false)]
    [InlineData("startswith(tagName, 'te')", true)]
    [InlineData("identity/principalId eq '42'", true)]
    [InlineData("kind eq 'y'", false)]
    [InlineData("tagName eq 'team' and tagValue eq 'blue'", true)]
    [InlineData("tagName eq 'team' and tagValue eq 'green'", false)]
    [InlineData("tagName eq 'it''s'", true)]
    [InlineData("tagName eq 'other'", false)]
    public void A_filter_fits_what_it_says(string filter, bool expected) => Assert.Equal(expected, ResourceFilter.Read(filter)!.Fits(Subject));

    [Fact]
    public void Without_tags_nothing_is_said_of_a_tag()
    {
        var bare = new Resource(Subject.Stored with { Body = "{}" });
        Assert.False(ResourceFilter.Read("tagName eq 'team'")!.Fits(bare));
        Assert.True(ResourceFilter.Read("name eq 'orders'")!.Fits(bare));
    }

    [Theory]
    [InlineData("bogus", 1)]
    [InlineData("name eq", 8)]
    [InlineData("name eq orders", 9)]
    [InlineData("name eq 'orders", 9)]
    [InlineData("name eq 'orders' and", 21)]
    [InlineData("name eq 'orders' location eq 'x'", 18)]
    [InlineData("name gt 'a'", 6)]
    [InlineData("(name eq 'a'", 13)]
    [InlineData("substringof('a' name)", 17)]
    [InlineData("name eq 'a' # ", 13)]
    [InlineData("'", 1)]
    [InlineData(" ", 2)]
    public void What_cannot_be_read_is_told_with_its_place(string filter, int place)
    {
        var refused = Assert.Throws<ApiException>(() => ResourceFilter.Read(filter));
        Assert.Equal(("$filter", 400), (refused.Target, refused.Status));
        Assert.Contains($"character {place}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_length_nor_depth_is_without_bound()
    {
        Assert.Throws<ApiException>(() => ResourceFilter.Read($"name eq '{new string('a', 3000)}'"));
        Assert.Throws<ApiException>(() => ResourceFilter.Read(new string('(', 1000)));
        Assert.Throws<ApiException>(() => ResourceFilter.Read(string.Concat(Enumerable.Repeat("not ", 100)) + "name eq 'a'"));
    }
}
