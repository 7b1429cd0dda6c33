using Atrium.Portal.Manage;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Tests.Manage;

/// <summary>What the activity log says in words.</summary>
public sealed class OperationNamesTests
{
    private const string Hub = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/hub";

    [Theory]
    [InlineData("Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action", $"{Hub}/connections/one", "Connection: secret shown")]
    [InlineData("Microsoft.MachineLearningServices/workspaces/write", Hub, "Hub or project: written")]
    [InlineData("provision", Hub, "Hub or project: made")]
    [InlineData("action/testconnection", $"{Hub}/connections/one", "Connection: tested")]
    [InlineData("Atrium.Identity/signIn/action", "/users/ada", "Sign-in: signed in")]
    [InlineData("Some.Thing/else/do", Hub, "else: do")]
    [InlineData("", "", ": ")]
    public void An_operation_is_told_by_type_and_verb(string operation, string resource, string told) => Assert.Equal(told, OperationNames.Of(operation, resource, new Words()));

    [Theory]
    [InlineData($"{Hub}/connections/one", "one")]
    [InlineData($"{Hub}/providers/Microsoft.Authorization/roleAssignments/3de18687-43ea-493b-af05-1b68af0cff1a", "hub")]
    [InlineData("/providers/Microsoft.Authorization/roleAssignments/3de18687-43ea-493b-af05-1b68af0cff1a", "3de18687-43ea-493b-af05-1b68af0cff1a")]
    public void A_thing_without_a_name_is_told_by_its_place(string resource, string thing) => Assert.Equal(thing, OperationNames.Thing(resource));
}
