using System.Text.Json.Nodes;
using Atrium.Portal.Manage;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Tests.Manage;

/// <summary>What settings are set to, in words.</summary>
public sealed class SettingWordsTests
{
    [Theory]
    [InlineData("v1LegacyMode", "true", "ja")]
    [InlineData("publicNetworkAccess", "\"Enabled\"", "An")]
    [InlineData("systemDatastoresAuthMode", "\"AccessKey\"", "Zugriffsschlüssel")]
    [InlineData("managedNetwork", """{"isolationMode":"Disabled"}""", "Aus")]
    [InlineData("managedNetwork", """{"isolationMode":"Newer"}""", """{"isolationMode":"Newer"}""")]
    [InlineData("storageAccount", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/store\"", "store")]
    [InlineData("description", "\"Enabled by hand\"", "Enabled by hand")]
    public void A_value_with_a_meaning_is_told_in_the_language(string name, string value, string told)
    {
        var words = new Words();
        words.Speak(Language.Find("de")!);
        Assert.Equal(told, SettingWords.ValueOf(new(name, JsonNode.Parse(value), "default", ""), words));
    }
}
